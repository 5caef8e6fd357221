"""Over HTTP, on real sockets: a transition beside a bare app that inserts one row, and the bulk
endpoint beside the same orders one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from orderloom.platform.bench.child import Child, child
from orderloom.platform.bench.contestant import Against, Contestant, Work
from orderloom.platform.bench.engine import order_of
from orderloom.platform.bench.http_client import Client, client
from orderloom.platform.bench.reference_bundle import EVENTS
from orderloom.platform.codec import dumps, loads

CLIENTS: Final = 8
BULK: Final = 50
MOVES: Final = (*EVENTS, "closed")
BARE: Final = "bare FastAPI, one row a request"
SINGLY: Final = "orders over HTTP, one by one"
BARE_MODULE: Final = "orderloom.platform.bench.bare_server"
ENGINE_MODULE: Final = "orderloom.platform.bench.engine_server"
Request = Callable[[Client], object]


@contextmanager
def engine_server(url: str) -> Iterator[tuple[Child, Any]]:
    """A served engine on an empty database, and what it says of itself."""
    with child(ENGINE_MODULE, url) as served:
        yield served, loads(served.heard())


def requests(folder: Path, counts: Sequence[int]) -> list[Contestant]:
    """Transitions, several clients at once. `counts`: requests of each call that will be made."""
    return [
        Contestant(BARE, partial(_bare, folder / "bare.db")),
        Contestant(
            f"transition over HTTP, {CLIENTS} clients",
            partial(_transitions, f"sqlite:///{folder / 'transitions.db'}", sum(counts)),
            (Against(BARE, "≥ 0.70"),),
        ),
    ]


def creations(folder: Path) -> list[Contestant]:
    """New orders by one client: one a request, or many."""
    return [
        Contestant(SINGLY, partial(_created, f"sqlite:///{folder / 'singly.db'}", 1)),
        Contestant(
            f"orders over HTTP, bulk of {BULK}",
            partial(_created, f"sqlite:///{folder / 'bulk.db'}", BULK),
            (Against(SINGLY, "≥ 5.00"),),
        ),
    ]


@contextmanager
def _bare(file: Path) -> Iterator[Work]:
    body = dumps({"name": EVENTS[0], "source": "api"})

    def request(each: Client) -> object:
        return each.post("/insert", body)

    with child(BARE_MODULE, str(file)) as served:
        address = served.heard()
        yield lambda number: at_once(address, {}, [request] * number)


@contextmanager
def _transitions(url: str, number: int) -> Iterator[Work]:
    with engine_server(url) as (served, about):
        todo = iter(transitions(served, number))
        address, headers = about["address"], bearer(about, "alice")
        yield lambda wanted: at_once(address, headers, [next(todo) for _ in range(wanted)])


def transitions(served: Child, number: int) -> list[Request]:
    """So many requests, or a few more, that each move an order on: first each order's first move.

    The number of orders is one of `CLIENTS`, so that `at_once` gives all moves of an order to one
    client, which sends them in their order.
    """
    wanted = -(-number // len(MOVES))
    orders = loads(served.ask(f"moving {-(-wanted // CLIENTS) * CLIENTS}"))
    return [partial(_move, order=order, name=name) for name in MOVES for order in orders]


def _move(each: Client, *, order: str, name: str) -> object:
    return each.post(f"/api/v1/orders/{order}/events", dumps({"name": name, "source": "api"}))


@contextmanager
def _created(url: str, together: int) -> Iterator[Work]:
    numbers = count()
    with engine_server(url) as (_, about):

        def work(orders: int) -> None:
            todo = [order_of(next(numbers)) for _ in range(orders)]
            with client(about["address"], bearer(about, "alice")) as one:
                if together == 1:
                    _singly(one, todo)
                else:
                    _in_bulk(one, todo, together)

        yield work


def _singly(one: Client, orders: Sequence[Any]) -> None:
    for order in orders:
        one.post("/api/v1/orders", dumps(order))


def _in_bulk(one: Client, orders: Sequence[Any], together: int) -> None:
    for start in range(0, len(orders), together):
        body = dumps({"orders": orders[start : start + together]})
        made = loads(one.post("/api/v1/orders/bulk", body))
        if made["rejected"]:
            raise RuntimeError(f"refused: {made['results']}")


def bearer(about: Any, login: str) -> dict[str, str]:
    """The headers of an API client."""
    return {"Authorization": f"Bearer {about['tokens'][login]}"}


def at_once(address: str, headers: Mapping[str, str], requests: Sequence[Request]) -> None:
    """Sends the requests over `CLIENTS` connections; returns when all are answered."""
    shares = [requests[start::CLIENTS] for start in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(_each, address, headers, share) for share in shares]:
            done.result()


def _each(address: str, headers: Mapping[str, str], requests: Sequence[Request]) -> None:
    with client(address, headers) as one:
        for request in requests:
            request(one)
