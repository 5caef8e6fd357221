"""What pages and the API show: frozen, finished values. Instants are aware UTC, texts are in the
viewer's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from orderloom.forms import FieldProblem, Form, FormView

T = TypeVar("T")
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One screenful. `next` is the cursor of what follows, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a form that was not taken: shown again with what is wrong."""

    data: Json
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Somebody or some role, by name. `kind`: `user role other`."""

    id: str
    name: str
    kind: str = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """A stage with those inside it. `state`: `done now attention stopped ahead`; `kind`: `plain
    compound parallel final`. `since`: when it was entered, while it is active."""

    id: str
    title: str
    state: str
    kind: str = "plain"
    since: datetime | None = None
    children: tuple[StageView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An id and how it is called."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody is asked: the rule, and the values it compared, as they were. `told`: the text
    is made of the values, so that they need not be said twice. `limits`: by the name of a value,
    what it was compared with."""

    text: str = ""
    rule: str = ""
    values: tuple[tuple[str, str], ...] = ()
    told: bool = False
    limits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A row of a task list. `id` is `<order>.<n>`; `kind`: `task approval ticket attention answer`.
    `in_place_of`: for whom the viewer would answer it, where not for themselves. `paused`: a
    question has stopped its clock; `due` is then as of before. `quick`: the viewer may approve it
    without filling anything in."""

    id: str
    kind: str
    title: str
    order: str
    process: str
    process_title: str
    subject: str
    stages: tuple[str, ...]
    amount: str = ""
    reason: str = ""
    due: datetime | None = None
    late: bool = False
    paused: bool = False
    assignee: PersonView | None = None
    opened: datetime | None = None
    in_place_of: PersonView | None = None
    quick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step of an approval round. `status`: `waiting open approved rejected returned`. `called`:
    its title, where a matrix has one."""

    id: str
    title: str
    status: str
    people: tuple[PersonView, ...]
    reason: Reason
    called: str = ""
    verdicts: tuple[tuple[PersonView, str, str, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """Who is asked besides, and when, if nobody decides. `after`: the span as written."""

    after: str
    at: datetime
    people: tuple[PersonView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverView:
    """A step that is, was, or will be asked. `state`: `running`, `ahead`, or the outcome;
    `status`: of the step, `ahead` where it may still come. `why`: the reason as the rule gave it,
    for programs. `unknown`: why the steps of an approval cannot be told yet. `within`: the span as
    the policy says it, `due`: its end, as if the step were opened now where it is not open.
    `called`: the step's title, where its matrix has one."""

    approval: str
    title: str
    stage: str
    state: str
    step: str
    name: str
    level: int
    mode: str
    number: int
    status: str
    people: tuple[PersonView, ...]
    reason: Reason
    why: Json
    key: str | None = None
    called: str = ""
    verdicts: tuple[tuple[PersonView, str, str, datetime | None], ...] = ()
    unknown: str = ""
    within: str = ""
    due: datetime | None = None
    escalation: Escalated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketForm:
    """The fields that mend a ticket, in place, and what is to be done."""

    form: FormView
    instruction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverView:
    """A problem that somebody set aside; `values`: those it was set aside for, by name."""

    row: str
    problem: str
    by: PersonView
    reason: str
    at: datetime
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningView:
    """What a check warns of."""

    problem: str
    instruction: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A task with all that its page shows and offers.

    `mine`: the viewer may answer it. `verdicts`, `outcomes`, `ways`: what the buttons are. `form`:
    the fields to be mended or filled in; `base` the data they are about; `submit` is the form that
    reads what the page sends back; `lists`: the order's lines, to be read. `waive`: the viewer may
    set the ticket aside. `decided`: what a decision said last before an approval was opened.
    `hands`: `reassign delegate add`, as far as the viewer may; `colleagues`: to whom, login and
    name; `names`: in whose name the viewer may answer, where there is a choice; `parts`: who is
    asked one by one, where another reassigns the part of one. `expires`: to which verdict the
    approval comes by itself, and when.

    Of a ticket: `warns`: it stops nothing; `others`: who else may mend it; `shut`: fields that it
    names and that the form keeps from the viewer here, with who may change them; `left`: the other
    problems of the order; `prefix`: of the names of its controls. `warnings`: what checks of the
    order warn of.
    """

    line: TaskLine
    instruction: str
    mine: bool
    order: OrderHead
    reason: Reason
    verdicts: tuple[str, ...] = ()
    outcomes: tuple[Choice, ...] = ()
    ways: tuple[str, ...] = ()
    stages: tuple[Choice, ...] = ()
    steps: tuple[StepView, ...] = ()
    lists: FormView | None = None
    asked_by: PersonView | None = None
    answers: tuple[tuple[str, PersonView, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    waive: bool = False
    withdraw: bool = False
    expires: tuple[str, datetime] | None = None
    hands: tuple[str, ...] = ()
    colleagues: tuple[Choice, ...] = ()
    names: tuple[PersonView, ...] = ()
    parts: tuple[PersonView, ...] = ()
    error: str = ""
    decided: Sentence | None = None
    form: FormView | None = None
    submit: Form | None = None
    base: Json = field(default_factory=dict)
    only: tuple[str, ...] | None = None
    warns: bool = False
    others: tuple[PersonView, ...] = ()
    shut: tuple[tuple[str, tuple[PersonView, ...]], ...] = ()
    left: tuple[TaskLine, ...] = ()
    prefix: str = ""
    warnings: tuple[WarningView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAsked:
    """What is needed to read the answer to a task, without the page around it; `submit`, `base`,
    `only` and `prefix` as in `TaskView`."""

    id: str
    kind: str
    order: int
    number: str
    submit: Form | None = None
    base: Json = field(default_factory=dict)
    only: tuple[str, ...] | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A row of the list of orders. `columns` are the process's own, as text; for people `subject`
    is the first that is text, `amount` the first that is money, `details` what is left. `problems`:
    those that it waits for, `warnings`: those that it does not."""

    number: str
    process: str
    process_title: str
    status: str
    attention: bool
    stages: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    created: datetime
    requester: PersonView
    revision: int
    subject: str = ""
    amount: str = ""
    details: tuple[str, ...] = ()
    problems: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHead:
    """What stands at the top of every page about an order. `id` is for programs only; `entries`:
    how long its stream is, by which an open page knows that something happened."""

    id: int
    number: str
    process: str
    process_title: str
    status: str
    attention: bool
    revision: int
    stages: tuple[Choice, ...]
    outcome: str | None
    failed: bool
    created: datetime
    ended: datetime | None
    requester: PersonView
    channel: str
    release: str
    entries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventButton:
    """An event the viewer may send. `reason`: `none optional required`. `base`: what its own form
    is shown over."""

    name: str
    title: str
    confirm: str
    reason: str
    form: FormView | None = None
    submit: Form | None = None
    base: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A hold the viewer may set or lift, or one that is on."""

    id: str
    title: str
    on: bool
    may: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One line of the timeline. `tone`: `mute ok warn bad info vio`; `seq` numbers entries;
    `types`: of all events that the entry tells, `type` of the first."""

    seq: int
    at: datetime
    text: str
    type: str
    types: tuple[str, ...] = ()
    tone: str = "mute"
    actor: PersonView | None = None
    why: bool = False
    hash: str = ""
    definition: str = ""
    channel: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildView:
    """A child order."""

    number: str
    process_title: str
    ended: bool
    outcome: str
    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order as its page and the API show it. `data` is what the viewer may see, without the
    fields in `hidden`; what is typed goes over `base`, which is shown to nobody. `undo`: tasks
    on which the viewer's verdict can be taken back, and until when. `mends`: by a ticket's id, the
    form that mends it in place; `waivers`: what was set aside; `warnings`: what checks warn of."""

    head: OrderHead
    map: tuple[StageView, ...]
    data: Json
    hidden: tuple[str, ...]
    base: Json
    form: FormView
    submit: Form
    editable: bool
    tasks: tuple[TaskLine, ...]
    buttons: tuple[EventButton, ...]
    holds: tuple[HoldView, ...]
    activities: tuple[Choice, ...]
    start: bool
    children: tuple[ChildView, ...]
    parent: str | None
    tags: tuple[str, ...]
    milestones: tuple[tuple[str, datetime], ...]
    timeline: tuple[Sentence, ...]
    earlier: str | None
    tag_titles: tuple[str, ...] = ()
    waits: tuple[tuple[str, datetime], ...] = ()
    undo: tuple[tuple[str, datetime], ...] = ()
    approvers: tuple[ApproverView, ...] = ()
    mends: Mapping[str, TicketForm] = field(default_factory=dict)
    waivers: tuple[WaiverView, ...] = ()
    warnings: tuple[WarningView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartView:
    """The page of a new order of a process."""

    process: str
    title: str
    form: FormView
    submit: Form
    base: Json
    drafts: bool
