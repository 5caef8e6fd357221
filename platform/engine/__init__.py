"""The pure interpreter: a definition, a state and a command go in; events and effects come out.

No I/O, no clock, no chance, no SQL. `advance` decides, `evolve` is the only builder of states, so
that folding an order's events always gives its stored state. `available` tells what a person may
do.
"""

from orderloom.platform.engine.available import Available, available
from orderloom.platform.engine.commands import SYSTEM, Actor, Command
from orderloom.platform.engine.evolve import evolve, fold
from orderloom.platform.engine.interpreter import advance
from orderloom.platform.engine.outcome import Asks, Context, Event, Failure, Outcome
from orderloom.platform.engine.state import OrderState

__all__ = [
    "SYSTEM",
    "Actor",
    "Asks",
    "Available",
    "Command",
    "Context",
    "Event",
    "Failure",
    "OrderState",
    "Outcome",
    "advance",
    "available",
    "evolve",
    "fold",
]
