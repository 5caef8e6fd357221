"""The application: every use case in one object, for the pages, the API and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.approval_trying import ApprovalTrying
from orderloom.platform.app.attachments import Attachments
from orderloom.platform.app.audit_standing import AuditStanding
from orderloom.platform.app.balance_views import Balances
from orderloom.platform.app.bundle_exchange import BundleExchange
from orderloom.platform.app.bundle_scenarios import BundleScenarios
from orderloom.platform.app.bundle_views import BundleViews
from orderloom.platform.app.clock import Clock
from orderloom.platform.app.collection_duplicates import CollectionMerging
from orderloom.platform.app.collection_import import CollectionImport
from orderloom.platform.app.collection_records import Collections
from orderloom.platform.app.commenting import Commenting
from orderloom.platform.app.conformance_desk import ConformanceDesk
from orderloom.platform.app.definition_history import DefinitionHistory
from orderloom.platform.app.directory import Directory
from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.erasure_foresight import ErasureForesight
from orderloom.platform.app.erasures import Erasures
from orderloom.platform.app.impact import ImpactViews
from orderloom.platform.app.imports import Imports
from orderloom.platform.app.inbound import Inbound
from orderloom.platform.app.inbound_settling import Settling
from orderloom.platform.app.inbox import Inbox
from orderloom.platform.app.kind_previews import KindPreviews, Rendering
from orderloom.platform.app.layouts import Layouts
from orderloom.platform.app.live import Live
from orderloom.platform.app.mailroom import Mailroom
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.moments import Moments
from orderloom.platform.app.noticing import Notices
from orderloom.platform.app.people_decisions import PeopleDecisions
from orderloom.platform.app.person_reports import PersonReports
from orderloom.platform.app.pictures import Pictures
from orderloom.platform.app.process_map import ProcessMaps
from orderloom.platform.app.publish import Publish
from orderloom.platform.app.reading_lists import ReadingLists
from orderloom.platform.app.readings import Readings
from orderloom.platform.app.registry import Registry
from orderloom.platform.app.replay_view import OrderReplays
from orderloom.platform.app.retention import Retention
from orderloom.platform.app.rule_history import RuleHistory
from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.app.runner import Reply, Runner
from orderloom.platform.app.saved_views import SavedViews
from orderloom.platform.app.sealing import Sealing
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.starting import Starting
from orderloom.platform.app.substitutions import Substitutions
from orderloom.platform.app.timers import Timers
from orderloom.platform.app.user_erasing import UserErasing
from orderloom.platform.app.view_desk import AuditDesk
from orderloom.platform.app.view_inbound import InboundReads
from orderloom.platform.app.view_watches import WatchReads
from orderloom.platform.app.views import Views
from orderloom.platform.app.watching import Watching
from orderloom.platform.engine import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.store import Store
from orderloom.platform.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Made by `assemble`. Safe to use from many threads; `close` ends it."""

    settings: Settings
    clock: Clock
    words: Words
    store: Store
    runner: Runner
    registry: Registry
    accounts: Accounts
    directory: Directory
    views: Views
    simulate: Simulate
    publish: Publish
    drafting: Drafting
    erasures: Erasures
    foresight: ErasureForesight
    person_reports: PersonReports
    reading_lists: ReadingLists
    retention: Retention
    readings: Readings
    seeing: Seeing
    starting: Starting
    bundle_views: BundleViews
    bundle_scenarios: BundleScenarios
    exchange: BundleExchange
    impact: ImpactViews
    pictures: Pictures
    process_maps: ProcessMaps
    definition_history: DefinitionHistory
    imports: Imports
    inbound: Inbound
    inbound_reads: InboundReads
    settling: Settling
    inbox: Inbox
    timers: Timers
    metrics: Metrics
    rulesets: RulesetWorker
    watching: Watching
    watches: WatchReads
    substitutions: Substitutions
    approval_trying: ApprovalTrying
    mailroom: Mailroom
    saved_views: SavedViews
    sealing: Sealing
    order_replays: OrderReplays
    layouts: Layouts
    collections: Collections
    collection_import: CollectionImport
    merging: CollectionMerging
    balances: Balances
    attachments: Attachments
    audit_desk: AuditDesk
    audit_standing: AuditStanding
    commenting: Commenting
    notices: Notices
    kind_previews: KindPreviews
    moments: Moments
    people_decisions: PeopleDecisions
    conformance: ConformanceDesk
    user_erasing: UserErasing
    rule_history: RuleHistory
    live: Live
    rendering: Rendering

    def handle(self, command: Command) -> Reply | Rejection:
        """One command: accepted and durable, or refused and noted."""
        return self.runner.submit(command)

    def handle_many(self, commands: Sequence[Command]) -> list[Reply | Rejection]:
        """Many commands, each with its own answer, in few transactions."""
        return list(self.runner.submit_many(commands))

    def close(self) -> None:
        """Finishes what was taken on and lets go of the database."""
        self.readings.close()
        self.runner.close()
        self.watching.close()
        self.rulesets.close()
        self.kind_previews.close()
        self.live.close()
        self.store.close()
