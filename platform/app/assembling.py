"""Puts an application together on a store; the same for the real one and for scenarios."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.administering import Administer
from orderloom.platform.app.anchoring import Anchor, Anchoring
from orderloom.platform.app.application import Application
from orderloom.platform.app.approval_trying import ApprovalTrying
from orderloom.platform.app.attachments import Attachments
from orderloom.platform.app.audit_index import AuditIndex
from orderloom.platform.app.audit_standing import AuditStanding
from orderloom.platform.app.balance_views import Balances
from orderloom.platform.app.bundle_exchange import BundleExchange
from orderloom.platform.app.bundle_scenarios import BundleScenarios
from orderloom.platform.app.bundle_views import BundleViews
from orderloom.platform.app.clock import Clock
from orderloom.platform.app.collection_duplicates import CollectionMerging
from orderloom.platform.app.collection_import import CollectionImport
from orderloom.platform.app.collection_records import Collections
from orderloom.platform.app.collection_schema import CollectionSchemas
from orderloom.platform.app.commenting import Commenting
from orderloom.platform.app.conformance_desk import ConformanceDesk
from orderloom.platform.app.definition_history import DefinitionHistory
from orderloom.platform.app.directory import Directory
from orderloom.platform.app.drafting import Drafting
from orderloom.platform.app.erasure_file import erasure_file
from orderloom.platform.app.erasure_foresight import ErasureForesight
from orderloom.platform.app.erasures import Erasures
from orderloom.platform.app.impact import ImpactViews
from orderloom.platform.app.imports import Imports
from orderloom.platform.app.inbound import Inbound
from orderloom.platform.app.inbound_carrying import Carrying
from orderloom.platform.app.inbound_settling import Settling
from orderloom.platform.app.inbox import Inbox
from orderloom.platform.app.inferring import InferFacts
from orderloom.platform.app.kind_previews import KindPreviews, Rendering
from orderloom.platform.app.layouts import Layouts
from orderloom.platform.app.live_elsewhere import live_of
from orderloom.platform.app.mailroom import open_mailroom
from orderloom.platform.app.message_receivers import Receivers
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.mining_feed import Courses
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
from orderloom.platform.app.replay_releases import PinnedReleases
from orderloom.platform.app.replay_view import OrderReplays
from orderloom.platform.app.retention import Retention
from orderloom.platform.app.rule_history import RuleHistory
from orderloom.platform.app.rule_use import RuleUse
from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.app.runner import Runner
from orderloom.platform.app.saved_views import SavedViews
from orderloom.platform.app.seal_keys import KeyFile
from orderloom.platform.app.sealing import Sealing
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.series import ORDERS
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.starting import Starting
from orderloom.platform.app.substitutions import Substitutions
from orderloom.platform.app.timers import Timers
from orderloom.platform.app.user_erasing import UserErasing
from orderloom.platform.app.view_desk import AuditDesk
from orderloom.platform.app.view_inbound import InboundReads
from orderloom.platform.app.view_watches import WatchReads
from orderloom.platform.app.views import Views
from orderloom.platform.app.watched import FRESH, Watched
from orderloom.platform.app.watching import GRACE, OpenSession, Watching
from orderloom.platform.app.withheld_questions import WithheldQuestions
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.store import Store
from orderloom.platform.words import Words


def assemble(
    store: Store,
    *,
    settings: Settings,
    clock: Clock,
    simulate: Simulate,
    secrets: Callable[[str], str | None] = lambda name: None,
    infer: InferFacts | None = None,
    open_session: OpenSession | None = None,
    assume_files: bool = False,
    rendering: Rendering | None = None,
    anchors: Sequence[Anchor] = (),
    told: bool = True,
) -> Application:
    """The application on a migrated store. `secrets`: what `secret:name` in a definition stands
    for; without them nothing signed is taken. `infer` and `open_session`: what
    finds conclusions and runs watches; without them a child process that may be killed.
    `assume_files`: files may be named that nobody brought (scenarios). `rendering`: how
    messages of drafts are written. `anchors`: where checkpoints are told.
    `told`: administration is told by entries."""
    # Two children: a watch that takes long must not keep orders waiting.
    rulesets, followers = RulesetWorker(), RulesetWorker()
    registry = Registry(store.definitions, clock.now)
    directory = Directory(store.accounts)
    metrics = Metrics()
    runner = Runner(
        store,
        registry,
        directory,
        clock,
        infer=infer or rulesets.infer,
        metrics=metrics,
        assume_files=assume_files,
    )

    def keep(work: Administer) -> Rejection | None:
        return runner.administer(work if told else replace(work, events=()))

    accounts = Accounts(
        store.accounts,
        clock.now,
        lifetime=timedelta(hours=settings.session_hours),
        language=settings.language,
        zone=settings.zone,
        substitutions=store.substitutions,
        keep=keep,
    )
    accounts.open_organisation("Orderloom")
    readings = Readings(runner, clock.now)
    seeing = Seeing(readings)
    views = Views(
        store.reads,
        store.definitions,
        registry,
        accounts,
        ask=runner.ask,
        now=clock.now,
        collections=store.collections,
        seeing=seeing,
    )
    publish = Publish(
        store.definitions,
        registry,
        simulate,
        now=clock.now,
        make_roles=lambda roles, by: _make_roles(accounts, roles, by),
        keep=keep,
    )
    schemas = CollectionSchemas(store.definitions, clock.now)
    erasures = Erasures(store, runner, schemas, file=erasure_file(settings), now=clock.now)
    collections = Collections(store.collections, schemas, runner, seeing)
    carrying = Carrying(store.reads, registry, runner, clock.now)
    inbound = Inbound(store.inbound, carrying, clock.now, secrets=secrets, metrics=metrics)
    substitutions = Substitutions(store.substitutions, runner, accounts, clock.now)
    drafting = Drafting(store.definitions, publish, now=clock.now, keep=keep)
    pictures = Pictures(store.definitions)
    audit_index = AuditIndex(store.audit, store.desk, clock.now, metrics)
    live, written = live_of(store), rendering or Rendering()
    runner.written, store.work.noticed = live.written, live.noticed
    return Application(
        settings=settings,
        clock=clock,
        words=Words(settings.language),
        store=store,
        runner=runner,
        registry=registry,
        accounts=accounts,
        directory=directory,
        views=views,
        simulate=simulate,
        publish=publish,
        definition_history=DefinitionHistory(store.definitions),
        drafting=drafting,
        readings=readings,
        seeing=seeing,
        erasures=erasures,
        foresight=ErasureForesight(store, erasures, registry),
        person_reports=PersonReports(
            store, views.desk, erasures, schemas, runner=runner, now=clock.now
        ),
        reading_lists=ReadingLists(views.desk, store.desk, store.erasures),
        retention=Retention(store.erasures, store.accounts, erasures, registry, clock.now),
        starting=Starting(
            store.definitions,
            Drafting(store.definitions, publish, now=clock.now, keep=keep),
            roles=accounts.role_titles,
            now=clock.now,
        ),
        bundle_views=BundleViews(store.definitions),
        bundle_scenarios=BundleScenarios(store.definitions, drafting, simulate, now=clock.now),
        impact=ImpactViews(store.definitions, registry, store.reads.running),
        pictures=pictures,
        process_maps=ProcessMaps(
            Courses(lambda: store.audit, store.courses, store.definitions, registry),
            store.courses,
            store.definitions,
            registry,
            accounts,
            pictures,
        ),
        exchange=BundleExchange(
            store.definitions,
            Drafting(store.definitions, publish, now=clock.now, keep=keep),
            publish,
        ),
        imports=Imports(runner),
        inbound=inbound,
        inbound_reads=InboundReads(store.inbound, views.desk, seeing),
        settling=Settling(store.inbound, store.reads, runner, carrying, inbound, clock.now),
        inbox=Inbox(store.work, runner, clock.now),
        timers=Timers(store.work, runner, clock.now),
        metrics=metrics,
        rulesets=rulesets,
        watches=WatchReads(store.watches),
        watching=Watching(
            store.audit,
            store.watches,
            Watched(store.definitions, fresh=FRESH if open_session is None else 0),
            open_session=open_session or followers.watch,
            stream=lambda: store.commands.block(0, ORDERS, 1),
            now=clock.now,
            holder=uuid4().hex,
            grace=GRACE if open_session is None else timedelta(),
            metrics=metrics,
            end=followers.close,
        ),
        substitutions=substitutions,
        approval_trying=ApprovalTrying(views.desk, drafting, substitutions),
        mailroom=open_mailroom(
            store, runner, accounts, views.desk, settings=settings, now=clock.now, seeing=seeing
        ),
        saved_views=SavedViews(store.saved_views),
        order_replays=OrderReplays(
            store, views.desk, lambda: PinnedReleases(store.definitions, registry)
        ),
        sealing=Sealing(
            store.seal,
            store.log,
            KeyFile(settings.audit_key_file, f"orderloom/{store.log}"),
            clock.now,
            metrics=metrics,
            anchoring=Anchoring(store.seal, anchors, clock.now, metrics=metrics),
        ),
        layouts=Layouts(store.layouts, drafting),
        collections=collections,
        collection_import=CollectionImport(collections, store.collections, runner),
        attachments=Attachments(
            store.attachments, views.desk, clock.now, limit=settings.attachment_limit, seeing=seeing
        ),
        merging=CollectionMerging(collections, store.collections, runner),
        balances=Balances(store.balances, collections, views.desk),
        audit_desk=AuditDesk(
            views.desk,
            store.desk,
            audit_index,
            runner,
            now=clock.now,
            seeing=seeing,
            withheld=WithheldQuestions(store.definitions, registry),
        ),
        audit_standing=AuditStanding(store.audit, lambda: store.seal, audit_index),
        commenting=Commenting(views.desk, clock.now),
        kind_previews=KindPreviews(
            views.desk,
            drafting,
            records=collections.records,
            receivers=lambda render: Receivers(
                accounts=store.accounts, directory=directory, render=render
            ),
            rendering=written,
            now=clock.now,
        ),
        notices=Notices(store.notices, clock.now, changed=live.noticed),
        moments=Moments(views.desk, seeing),
        people_decisions=PeopleDecisions(views.desk),
        conformance=ConformanceDesk(store.definitions, registry, clock.now),
        user_erasing=UserErasing(store, erasures, registry, clock.now),
        rule_history=RuleHistory(
            store.definitions,
            DefinitionHistory(store.definitions),
            store.rule_use,
            RuleUse(store.audit, store.rule_use, store.reads, store.definitions),
        ),
        live=live,
        rendering=written,
    )


def _make_roles(accounts: Accounts, roles: Mapping[str, Any], by: Actor) -> None:
    """Roles that a bundle names and nobody has yet; they give no permissions."""
    known = accounts.role_titles(by.organisation)
    for role, title in roles.items():
        if role not in known:
            shown = title if isinstance(title, str) else next(iter(title.values()), role)
            accounts.set_role(role, title=shown, organisation=by.organisation, by=by, channel="web")
