"""Orders and keepers do anything in any order; a slow and obvious model says what is right."""

from __future__ import annotations

from contextlib import ExitStack
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from parts.balance_bundle import Spender, level, spending
from parts.collection_bundle import holder

from orderloom.platform.app.balance_differences import balance_differences
from orderloom.platform.app.differences import differences
from orderloom.platform.problem import Rejection

UNITS = {"IT": Decimal(1000), "HR": Decimal("50.25"), "OPS": Decimal(0)}
amounts = st.decimals(min_value=0, max_value=1200, places=2)
units = st.sampled_from(sorted(UNITS))


class Spending(RuleBasedStateMachine):
    """`there`: what there is; `held`: by order and unit. No sum is ever kept."""

    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.app = self.stack.enter_context(spending(folder, database="memory:", amounts=UNITS))
        self.alice = Spender(self.app)
        self.keeper = holder(self.app, "ada", "collections.edit")
        self.there = {unit: Fraction(amount) for unit, amount in UNITS.items()}
        self.held: dict[int, dict[str, Fraction]] = {}

    def teardown(self) -> None:
        assert list(differences(self.app.store, self.app.registry)) == []
        self.stack.close()

    def free(self, unit: str) -> Fraction:
        return self.there[unit] - sum(held[unit] for held in self.held.values())

    @rule(target=orders)
    def begin(self) -> int:
        order = self.alice.begin()
        self.held[order] = dict.fromkeys(UNITS, Fraction(0))
        return order

    def tell(self, order: int, event: str, **data: object) -> bool:
        """Whether it went well: an error of stock leaves its tag."""
        before = self.app.store.reads.orders_by_id(1, [order])[order].state
        reply = self.alice.tell(order, event, **data)
        return [entry.type for entry in reply.events].count("error.raised") == 0 and (
            reply.state.status == before.status
        )

    @rule(order=orders, unit=units, n=amounts)
    def take(self, order: int, unit: str, n: Decimal) -> None:
        enough = Fraction(n) <= self.free(unit)
        if self.running(order):
            assert self.tell(order, "take", unit=unit, n=n) is enough
            self.held[order][unit] += Fraction(n) if enough else 0

    @rule(order=orders, unit=units, n=amounts)
    def take_what_there_is(self, order: int, unit: str, n: Decimal) -> None:
        if self.running(order):
            taken = min(Fraction(n), self.free(unit))
            assert self.tell(order, "what-there-is", unit=unit, n=n)
            self.held[order][unit] += taken

    @rule(order=orders, one=units, other=units, n=amounts)
    def take_two(self, order: int, one: str, other: str, n: Decimal) -> None:
        """Two actions of one block: both or none."""
        if not self.running(order):
            return
        twice = 2 if one == other else 1
        enough = all(Fraction(n) * twice <= self.free(unit) for unit in (one, other))
        assert self.tell(order, "swap", unit=one, other=other, n=n) is enough
        for unit in (one, other):
            self.held[order][unit] += Fraction(n) if enough else 0

    @rule(order=orders, unit=units, n=amounts)
    def give_back(self, order: int, unit: str, n: Decimal) -> None:
        if self.running(order):
            has = Fraction(n) <= self.held[order][unit]
            assert self.tell(order, "give-back", unit=unit, n=n) is has
            self.held[order][unit] -= Fraction(n) if has else 0

    @rule(order=orders, unit=units)
    def give_all(self, order: int, unit: str) -> None:
        if self.running(order):
            assert self.tell(order, "give-all", unit=unit)
            self.held[order][unit] = Fraction(0)

    @rule(order=orders, unit=units, n=amounts)
    def spend(self, order: int, unit: str, n: Decimal) -> None:
        if not self.running(order):
            return
        own = min(Fraction(n), self.held[order][unit])
        enough = Fraction(n) - own <= self.free(unit)
        assert self.tell(order, "spend", unit=unit, n=n) is enough
        if enough:
            self.held[order][unit] -= own
            self.there[unit] -= Fraction(n)

    @rule(order=orders, unit=units, n=amounts)
    def fail(self, order: int, unit: str, n: Decimal) -> None:
        if self.running(order):
            self.tell(order, "fail", unit=unit, n=n)

    @rule(order=orders)
    def end(self, order: int) -> None:
        if self.running(order):
            self.alice.tell(order, "end")
            del self.held[order]

    @rule(unit=units, amount=amounts)
    def edit(self, unit: str, amount: Decimal) -> None:
        found = self.app.store.collections.record(1, "budgets", unit)
        assert found is not None
        data = {"id": unit, "amount": amount}
        answer = self.app.collections.put(
            self.keeper, "budgets", unit, data, expected=found.version, channel="api"
        )
        reserved = self.there[unit] - self.free(unit)
        assert isinstance(answer, Rejection) is (Fraction(amount) < reserved), answer
        if not isinstance(answer, Rejection):
            self.there[unit] = Fraction(amount)

    def running(self, order: int) -> bool:
        return order in self.held

    @invariant()
    def levels_are_as_the_model_says(self) -> None:
        for unit in UNITS:
            there, reserved = level(self.app, unit)
            assert Fraction(there) == self.there[unit]
            assert Fraction(reserved) == self.there[unit] - self.free(unit)
        assert list(balance_differences(self.app.store)) == []


TestSpending = Spending.TestCase
TestSpending.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
