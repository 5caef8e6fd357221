"""An order while a batch of commands works on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orderloom.platform.app.projection import project, project_again
from orderloom.platform.app.recorder import Tip
from orderloom.platform.codec import dumps
from orderloom.platform.definitions.model import Process, Release
from orderloom.platform.engine import OrderState
from orderloom.platform.store.order_rows import (
    NOTHING,
    LoadedOrder,
    OrderWrite,
    Projection,
    ProjectionWrite,
)


@dataclass(frozen=True, kw_only=True)
class WorkingOrder:
    """An order as it is after the commands so far.

    `revision` counts commands that changed it, `commands` all of them, `seq` entries; `head`: the
    hash of the last one, once it is sealed. `stored`: (revision, seq) of its row, None before it
    has one; `projected`: what the tables say of it, as it followed from `shown`, the state and
    process of then; `saved`: the data in them.
    """

    id: int
    organisation: int
    release: Release
    release_no: int
    revision: int
    seq: int
    commands: int
    head: Tip
    state: OrderState
    stored: tuple[int, int] | None = None
    projected: Projection = NOTHING
    shown: tuple[OrderState, Process] | None = None
    saved: Mapping[str, Any] | None = None

    def but(self, **changes: Any) -> WorkingOrder:
        """The order with other values of these fields: what `dataclasses.replace` gives, sooner."""
        order = object.__new__(WorkingOrder)
        object.__setattr__(order, "__dict__", self.__dict__ | changes)
        return order

    def by(self, release: Release) -> WorkingOrder:
        """The order, run by the release as it is compiled now."""
        return self if release is self.release else self.but(release=release)

    @property
    def is_saved(self) -> bool:
        return self.stored == (self.revision, self.seq)

    def written(self) -> tuple[OrderWrite, ProjectionWrite, WorkingOrder]:
        """What must be written, and the order once it is."""
        state = self.state
        after = self._projection()
        same = self.stored is not None and state.data is self.saved
        write = OrderWrite(
            id=self.id,
            organisation=self.organisation,
            process=state.process,
            release=self.release_no,
            revision=self.revision,
            status=state.status,
            seq=self.seq,
            commands=self.commands,
            head=self.head.hash,
            state=dumps(state.to_json()).decode(),
            data=None if same else dumps(state.data).decode(),
            wake_at=state.wake_at,
            before=self.stored,
        )
        projection = ProjectionWrite(self.organisation, self.id, self.projected, after)
        kept = self.but(
            stored=(self.revision, self.seq),
            projected=after,
            shown=(state, self.release.process),
            saved=state.data,
        )
        return write, projection, kept

    def _projection(self) -> Projection:
        process, form, shown = self.release.process, self.release.form, self.shown
        if shown is None or shown[1] is not process:
            return project(self.state, process, form)
        return project_again(self.state, process, form, was=shown[0], before=self.projected)


def unbegun(
    id_: int, organisation: int, release: Release, number: int, *, head: bytes, state: OrderState
) -> WorkingOrder:
    """An order that has no entries yet. `number`: of its release's row; `head`: what its chain
    begins with."""
    return WorkingOrder(
        id=id_,
        organisation=organisation,
        release=release,
        release_no=number,
        revision=0,
        seq=0,
        commands=0,
        head=Tip(head),
        state=state,
    )


def working(loaded: LoadedOrder, release: Release) -> WorkingOrder:
    """A loaded order, ready to be worked on."""
    return WorkingOrder(
        id=loaded.id,
        organisation=loaded.organisation,
        release=release,
        release_no=loaded.release,
        revision=loaded.revision,
        seq=loaded.seq,
        commands=loaded.commands,
        head=Tip(loaded.head),
        state=loaded.state,
        stored=(loaded.revision, loaded.seq),
        projected=project(loaded.state, release.process, release.form),
        shown=(loaded.state, release.process),
        saved=loaded.state.data,
    )
