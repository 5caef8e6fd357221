"""`orderloom serve` and `orderloom worker`: the programs that stay."""

from __future__ import annotations

import faulthandler
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

import click

from orderloom.platform.app import demo as demonstration
from orderloom.platform.app.logs import set_up_logs
from orderloom.platform.app.readiness import warning
from orderloom.platform.bootstrap import demo_bundles, server, worker_of
from orderloom.platform.cli.opening import application
from orderloom.platform.cli.output import Output, reporting

LOG: Final = logging.getLogger("orderloom")
_PAUSE: Final = 0.2


@click.command()
@click.option("--demo", is_flag=True, default=None, help="Demo users and orders; loopback only.")
@click.option("--host", help="Address to listen on (ORDERLOOM_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (ORDERLOOM_PORT).")
@click.option("--no-worker", is_flag=True, help="Pages and API only; run orderloom worker beside.")
@reporting
def serve(
    output: Output, *, demo: bool | None, host: str | None, port: int | None, no_worker: bool
) -> None:
    """Serve the pages, the API and, unless --no-worker, the worker. SIGTERM stops cleanly."""
    with application(demo=demo, host=host, port=port) as app:
        settings = app.settings
        set_up_logs(settings.log_level, settings.log_format)
        LOG.info("starting", extra={"address": settings.host, "port": settings.port})
        warned = warning(app)
        if warned:
            LOG.warning(warned)
        if settings.demo:
            demonstration.refuse_off_loopback(settings.host)
            demonstration.add_cast(app)
            people = ", ".join(sorted(demonstration.CAST))
            output.note("cli.demo.password", people=people, password=demonstration.PASSWORD)
        stop = _stop_signal()
        with server(app) as running:
            _ready(output, running.address)
            if settings.demo:
                # Before the worker: the script says itself what calls come to.
                made = demonstration.add_orders(app, demo_bundles())
                LOG.info("demo orders", extra={"count": made})
            worker = None if no_worker else worker_of(app)
            if worker is not None:
                worker.start()
            _wait(stop, lambda: running.alive)
            if worker is not None:
                worker.stop()
    output.note("cli.serve.stopped")


@click.command()
@reporting
def worker(output: Output) -> None:
    """Carry out calls, timers and messages. Any number may run against one database."""
    with application() as app:
        set_up_logs(app.settings.log_level, app.settings.log_format)
        stop = _stop_signal()
        running = worker_of(app)
        running.start()
        output.note("cli.worker.running")
        _wait(stop)
        running.stop()
    output.note("cli.serve.stopped")


def _ready(output: Output, address: str) -> None:
    """Programs read the address on stdout, people on stderr."""
    if output.as_json:
        output.emit({"address": address})
    else:
        output.note("cli.serve.ready", address=address)


def _wait(stop: threading.Event, goes_on: Callable[[], bool] = lambda: True) -> None:
    """Until it is asked to stop, or something does not go on. Looks up now and then: a signal that
    another thread gets, or that comes just before the waiting, would not end a wait without end."""
    while not stop.wait(_PAUSE) and goes_on():
        pass


def _stop_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set; SIGUSR1 says on stderr where each thread is."""
    stop = threading.Event()
    faulthandler.register(signal.SIGUSR1)

    def on(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on)
    signal.signal(signal.SIGINT, on)
    return stop
