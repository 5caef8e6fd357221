"""A schema as tables of Markdown: each thing with keys has a heading, and is linked to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from orderloom.platform.codec import dumps
from orderloom.platform.definitions.choice import Choice
from orderloom.platform.definitions.schema import reference_of, shared_parts

Schema = Mapping[str, Any]
SHARED: Final = "Values"
_HEAD: Final = ("| key | value | meaning |", "|---|---|---|")
_NEVER: Final[Schema] = {"not": {}}
# So many things, and more, stand in one table.
MANY: Final = 4
_WORDS: Final = {
    "string": "text",
    "object": "map",
    "array": "list",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true`/`false`",
    "null": "nothing",
}


class Tables:
    """The tables of one schema. `name`: what its headings begin with (`Process`)."""

    def __init__(self, name: str, definitions: Mapping[str, Schema]) -> None:
        self._name = name
        self._choice = Choice(definitions)
        # Title → thing with keys that is still to be written, in the order met.
        self._waiting: dict[str, Schema] = {}
        self._written: set[str] = set()

    def lines(self, body: Schema) -> Iterator[str]:
        """The table of the whole, and after it those of all that it leads to."""
        yield from self._keys(body)
        yield from self.others()

    def others(self) -> Iterator[str]:
        """All that was linked to and is not written yet."""
        while True:
            title = next((each for each in self._waiting if each not in self._written), None)
            if title is None:
                return
            self._written.add(title)
            yield from ("", f"### {self._name}: {_small(title)}", "")
            yield from self.thing(self._waiting[title])

    def thing(self, part: Schema) -> Iterator[str]:
        """What a thing is, with the keys that it may have."""
        seen = self._choice.seen(part)
        if seen.get("description"):
            yield from (str(seen["description"]), "")
        if seen.get("properties"):
            yield from self._keys(seen)
            return
        leaves = self._leaves(seen)
        if not all(leaf.get("properties") for leaf in leaves):
            yield from (f"Written as {self._plain(seen)}.", "")
        elif not leaves:
            return
        elif len(leaves) < MANY:
            for leaf in leaves:
                yield from (f"**{leaf['title']}.** {leaf.get('description', '')}".strip(), "")
                yield from self._keys(leaf)
        else:
            yield from self._many(leaves)

    def _many(self, leaves: Sequence[Schema]) -> Iterator[str]:
        """One table of many things; what nearly all of them have stands before it."""
        general = _general(leaves)
        for lacking in sorted({one.lacking for one in general.values()}, key=len):
            those = {key: one for key, one in general.items() if one.lacking == lacking}
            whose = f"All but {', '.join(lacking)} have" if lacking else "All have"
            required = [key for key, one in those.items() if one.required]
            yield from (f"{whose}:", "", *_HEAD)
            yield from self._rows({key: one.member for key, one in those.items()}, required)
            yield ""
        yield from _HEAD
        for leaf in leaves:
            yield _row("", "", f"**{leaf['title']}.** {leaf.get('description', '')}".strip())
            own = {
                key: member
                for key, member in leaf["properties"].items()
                if key not in general or not general[key].covers(leaf)
            }
            yield from self._rows(own, leaf.get("required") or ())
        yield ""

    def _leaves(self, seen: Schema) -> list[Schema]:
        found = self._choice.leaves(seen.get("anyOf") or ())
        return [self._choice.seen(leaf) for leaf in found]

    def value(self, part: Any) -> str:
        """What may stand there, in a few words with links."""
        if not isinstance(part, Mapping):
            return "anything"
        name = reference_of(part)
        if name is not None and name in shared_parts():
            return f"[{_small(shared_parts()[name]['title'])}](#{anchor(shared_title(name))})"
        # A thing of its own is told once, in its own words.
        seen = self._choice.seen(part if name is None else {"$ref": part["$ref"]})
        if self._has_keys(seen):
            return self._link(seen)
        return self._plain(seen)

    def _plain(self, seen: Schema) -> str:
        if "const" in seen:
            return f"`{written(seen['const'])}`"
        if "enum" in seen:
            return ", ".join(f"`{written(each)}`" for each in seen["enum"])
        if "anyOf" in seen:
            return " or ".join(dict.fromkeys(self.value(each) for each in seen["anyOf"]))
        if "pattern" in seen and "title" in seen:
            return _small(seen["title"])
        kinds = [seen["type"]] if isinstance(seen.get("type"), str) else seen.get("type") or ()
        if "array" in kinds and "items" in seen:
            return f"list of {_grouped(self.value(seen['items']))}"
        if "object" in kinds and isinstance(seen.get("additionalProperties"), Mapping):
            return f"map to {_grouped(self.value(seen['additionalProperties']))}"
        words = " or ".join(_WORDS[kind] for kind in kinds if kind != "null" or len(kinds) == 1)
        return words or "anything"

    def _has_keys(self, seen: Schema) -> bool:
        if "title" not in seen:
            return False
        leaves = [seen, *self._leaves(seen)]
        return any(set(leaf.get("properties") or ()) - {"id"} for leaf in leaves)

    def _link(self, seen: Schema) -> str:
        title = str(seen["title"])
        self._waiting.setdefault(title, seen)
        return f"[{_small(title)}](#{anchor(f'{self._name}: {_small(title)}')})"

    def _keys(self, seen: Schema) -> Iterator[str]:
        yield from (*_HEAD, *self._rows(seen["properties"], seen.get("required") or ()), "")

    def _rows(self, members: Mapping[str, Any], required: Sequence[str]) -> Iterator[str]:
        for key, member in members.items():
            if isinstance(member, Mapping) and "not" in member:
                continue
            shown = f"**`{key}`**" if key in required else f"`{key}`"
            yield _row(shown, self.value(member), self._meaning(member))

    def _meaning(self, member: Any) -> str:
        seen = self._choice.seen(member) if isinstance(member, Mapping) else {}
        parts = [str(seen.get("description", ""))]
        own = member if isinstance(member, Mapping) else {}
        if own.get("examples"):
            parts.append(f"Example: `{written(own['examples'][0])}`.")
        if "default" in own:
            parts.append(f"Default: `{written(own['default'])}`.")
        if "x-later" in own:
            later = ", ".join(f"`{each}`" for each in own["x-later"])
            parts.append(f"Not available yet: {later}.")
        return " ".join(part for part in parts if part)


def shared_title(name: str | None) -> str:
    """The heading of a shared part."""
    return f"{SHARED}: {_small(shared_parts()[name or '']['title'])}"


def anchor(heading: str) -> str:
    """What a link to a heading says."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@dataclass(frozen=True, slots=True)
class _General:
    """A key as nearly all things of a choice have it. `lacking`: titles of those without it."""

    key: str
    member: Any
    required: bool
    lacking: tuple[str, ...]

    def covers(self, leaf: Schema) -> bool:
        """Whether this thing has the key just so."""
        return _as_had(leaf, self.key) == (dumps(self.member), self.required)


def _general(leaves: Sequence[Schema]) -> dict[str, _General]:
    found = {}
    for key in dict.fromkeys(key for leaf in leaves for key in leaf["properties"]):
        having = [leaf for leaf in leaves if "not" not in leaf["properties"].get(key, _NEVER)]
        most, times = Counter(_as_had(leaf, key) for leaf in having).most_common(1)[0]
        if times * 4 >= len(leaves) * 3:
            like = next(leaf for leaf in having if _as_had(leaf, key) == most)
            lacking = tuple(str(leaf["title"]) for leaf in leaves if leaf not in having)
            found[key] = _General(key, like["properties"][key], most[1], lacking)
    return found


def _as_had(leaf: Schema, key: str) -> tuple[bytes, bool]:
    return dumps(leaf["properties"].get(key)), key in (leaf.get("required") or ())


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def written(value: Any) -> str:
    """A value as YAML writes it in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    return value if isinstance(value, str) else dumps(value).decode("utf-8")


def _grouped(words: str) -> str:
    return f"({words})" if " or " in re.sub(r"\[[^\]]*\]", "", words) else words


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]
