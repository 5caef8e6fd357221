"""List functions (DMN 1.5, 10.3.4.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from functools import cmp_to_key
from typing import Any, Final

from orderloom.rules.arguments import function, items, numeric, spread, text, whole
from orderloom.rules.error import FeelError
from orderloom.rules.identity import key
from orderloom.rules.operators import arithmetic, equal, order
from orderloom.rules.operators import whole as without_loss
from orderloom.rules.values import LIMIT, NUMBERS, Function
from orderloom.rules.weight import weigh

LIST_LIMIT: Final = 100_000


def _extreme(sign: str) -> Callable[..., Any]:
    def found(*values: Any) -> Any:
        listed = spread(values)
        if not listed:
            return None
        best = listed[0]
        for item in listed:
            if item is None or order(sign, item, item) is None:
                raise FeelError("a list with null has no extreme")
            if order(sign, item, best):
                best = item
        return best

    return found


_WHOLE: Final = frozenset((int,))


def _sum(*values: Any) -> Any:
    listed = spread(values)
    if not listed:
        return None
    if _WHOLE.issuperset(map(type, listed)) and sum(map(abs, listed)) < LIMIT:
        return sum(listed)
    total: Any = listed[0]
    for item in listed[1:]:
        if item is None or total is None:
            raise FeelError("a list with null has no sum")
        total = arithmetic("+", total, item)
    if total is None or isinstance(total, str | bool):
        raise FeelError("only numbers and durations have a sum")
    return total


def _mean(*values: Any) -> Any:
    listed = spread(values)
    return arithmetic("/", _sum(listed), len(listed)) if listed else None


def _product(*values: Any) -> Any:
    listed = spread(values)
    total: Any = 1
    for item in listed:
        total = arithmetic("*", total, numeric(item))
    return total if listed else None


def _median(*values: Any) -> Any:
    listed = sorted(numeric(item) for item in spread(values))
    if not listed:
        return None
    middle = len(listed) // 2
    if len(listed) % 2:
        return listed[middle]
    return arithmetic("/", arithmetic("+", listed[middle - 1], listed[middle]), 2)


def _stddev(*values: Any) -> Any:
    listed = [Decimal(numeric(item)) for item in spread(values)]
    if len(listed) < 2:
        raise FeelError("a deviation needs two numbers")
    mean, total = _mean(listed), Decimal(0)
    try:
        for item in listed:
            total = NUMBERS.add(total, NUMBERS.power(NUMBERS.subtract(item, mean), 2))
        return without_loss(NUMBERS.sqrt(NUMBERS.divide(total, Decimal(len(listed) - 1))))
    except DecimalException as error:
        raise FeelError("out of range") from error


def _mode(*values: Any) -> Any:
    listed = [numeric(item) for item in spread(values)]
    counts = Counter(listed)
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)


def _decided(decisive: bool) -> Callable[..., Any]:
    def found(*values: Any) -> Any:
        unknown = False
        for item in spread(values):
            if item is decisive:
                return decisive
            unknown = unknown or not isinstance(item, bool)
        return None if unknown else not decisive

    return found


def _sublist(value: Any, start: Any, length: Any = None) -> Any:
    listed, at = items(value), whole(start)
    if at == 0 or abs(at) > len(listed):
        raise FeelError("the start lies outside the list")
    first = at - 1 if at > 0 else len(listed) + at
    if length is None:
        return listed[first:]
    last = first + whole(length)
    if whole(length) < 1 or last > len(listed):
        raise FeelError("the length lies outside the list")
    return listed[first:last]


def _bounded(made: list[Any]) -> list[Any]:
    if len(made) > LIST_LIMIT:
        raise FeelError(f"a list is longer than {LIST_LIMIT}")
    return made


def _append(value: Any, *more: Any) -> Any:
    return _bounded([*([] if value is None else items(value)), *more])


def _concatenate(*values: Any) -> Any:
    return _bounded([item for value in values for item in items(value)])


def _place(value: Any, position: Any, *, over: int = 0) -> int:
    size, at = len(items(value)), whole(position)
    if at == 0 or abs(at) > size + over:
        raise FeelError("the position lies outside the list")
    return at - 1 if at > 0 else size + at


def _insert(value: Any, position: Any, item: Any) -> Any:
    listed, at = items(value), _place(value, position)
    return [*listed[:at], item, *listed[at:]]


def _remove(value: Any, position: Any) -> Any:
    listed, at = items(value), _place(value, position)
    return [*listed[:at], *listed[at + 1 :]]


def _list_replace(value: Any, position: Any, item: Any) -> Any:
    listed = items(value)
    if callable(position) or isinstance(position, Function):
        return [item if _chosen(position, old, item) else old for old in listed]
    at = _place(value, position)
    return [*listed[:at], item, *listed[at + 1 :]]


def _chosen(match: Any, old: Any, item: Any) -> bool:
    found = function(match)(old, item)
    if not isinstance(found, bool):
        raise FeelError("what chooses the elements is neither true nor false")
    return found


def _index_of(value: Any, match: Any) -> Any:
    return [at for at, item in enumerate(items(value), 1) if _same(item, match)]


def _same(one: Any, other: Any) -> bool:
    return equal(one, other) is True


def _distinct(value: Any) -> list[Any]:
    found: dict[Any, Any] = {}
    for item in items(value):
        found.setdefault(key(item), item)
    return list(found.values())


def _duplicates(value: Any) -> list[Any]:
    listed = [(key(item), item) for item in items(value)]
    counts = Counter(one for one, _ in listed)
    return _distinct([item for one, item in listed if counts[one] > 1])


def _flatten(value: Any) -> list[Any]:
    weigh(value)
    found: list[Any] = []
    for item in items(value):
        found += _flatten(item) if isinstance(item, list) else [item]
    return _bounded(found)


def _sort(value: Any, precedes: Any = None) -> list[Any]:
    listed = items(value)
    if precedes is None:
        return sorted(listed, key=cmp_to_key(lambda a, b: -1 if order("<", a, b) else 1))
    before = function(precedes)

    def compare(a: Any, b: Any) -> int:
        if before(a, b) is True:
            return -1
        return 1 if before(b, a) is True else 0

    return sorted(listed, key=cmp_to_key(compare))


def _count(value: Any) -> int:
    return len(items(value))


def _partition(value: Any, size: Any) -> list[Any]:
    listed, step = items(value), whole(size)
    if step < 1:
        raise FeelError("a part has at least one element")
    return [listed[at : at + step] for at in range(0, len(listed), step)]


def _group_by(value: Any, name: Any) -> list[dict[str, Any]]:
    """`group by(lines, "sku")`: contexts `{key, items}` in the order met."""
    groups: dict[Any, dict[str, Any]] = {}
    name = text(name, "the key")
    for item in items(value):
        found = item.get(name) if isinstance(item, Mapping) else None
        group = groups.setdefault(key(found), {"key": found, "items": []})
        group["items"].append(item)
    return list(groups.values())


LISTS = (
    Function("list contains", ("list", "element"), lambda v, e: any(_same(i, e) for i in items(v))),
    Function("count", ("list",), _count),
    Function("min", ("list",), _extreme("<"), many=True),
    Function("max", ("list",), _extreme(">"), many=True),
    Function("sum", ("list",), _sum, many=True),
    Function("mean", ("list",), _mean, many=True),
    Function("all", ("list",), _decided(False), many=True),
    Function("any", ("list",), _decided(True), many=True),
    Function("sublist", ("list", "start position", "length"), _sublist, optional=1),
    Function("append", ("list", "item"), _append, many=True),
    Function("concatenate", ("list",), _concatenate, many=True),
    Function("insert before", ("list", "position", "newItem"), _insert),
    Function("remove", ("list", "position"), _remove),
    Function(
        "list replace",
        ("list", "position", "newItem"),
        _list_replace,
        aliases={"match": "position"},
    ),
    Function("reverse", ("list",), lambda value: items(value)[::-1]),
    Function("index of", ("list", "match"), _index_of),
    Function("union", ("list",), lambda *v: _distinct([i for x in v for i in items(x)]), many=True),
    Function("distinct values", ("list",), _distinct),
    Function("duplicate values", ("list",), _duplicates),
    Function("flatten", ("list",), _flatten),
    Function("product", ("list",), _product, many=True),
    Function("median", ("list",), _median, many=True),
    Function("stddev", ("list",), _stddev, many=True),
    Function("mode", ("list",), _mode, many=True),
    Function("sort", ("list", "precedes"), _sort, optional=1),
    Function("partition", ("list", "size"), _partition),
    Function("group by", ("list", "key"), _group_by),
)
