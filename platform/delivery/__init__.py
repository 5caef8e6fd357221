"""After the commit: worker, timers, outgoing calls, mail."""

from orderloom.platform.delivery.wiring import make_worker
from orderloom.platform.delivery.worker import Worker

__all__ = ["Worker", "make_worker"]
