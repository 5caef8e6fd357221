"""The events of a YAML text as libyaml tells them: in a twentieth of the time.

libyaml reads YAML 1.1, ruamel.yaml 1.2, and the events are the same but for a few things: tabs,
line ends beyond ASCII, where an empty value stands, names of anchors, block texts, ends of
documents. A text with any of these, or with a mistake, is left to ruamel.yaml, which also says
what is wrong. A test holds both to the same events.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

# Without libyaml PyYAML is no faster.
_LOADER: Final[Any] = getattr(yaml, "CLoader", None)
# Some mistakes at their beginning are forgiven by one reader alone.
BLOCK: Final = ("|", ">")
_READ_OTHERWISE: Final = re.compile(r"[\t\x85\u2028\u2029\ufeff]|^\.\.\.", re.MULTILINE)


def quick_events(text: str) -> list[Any] | None:
    """The events of the whole text; None where both readers may not tell the same."""
    if _LOADER is None or _READ_OTHERWISE.search(text):
        return None
    try:
        told = list(yaml.parse(text, Loader=_LOADER))
    except (yaml.YAMLError, ValueError):
        return None
    return told if all(map(_same_in_both, told)) else None


def _same_in_both(event: Any) -> bool:
    if isinstance(event, yaml.DocumentStartEvent):
        return not event.version and not event.tags
    if not isinstance(event, yaml.NodeEvent):
        return True
    if event.anchor or getattr(event, "tag", None):
        return False
    if not isinstance(event, yaml.ScalarEvent):
        return True
    return bool(event.value or event.style) and event.style not in BLOCK
