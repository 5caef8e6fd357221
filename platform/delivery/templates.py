"""Fills message templates in Jinja's sandbox: no attribute with an underscore, no endless text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from jinja2 import ChainableUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from orderloom.platform.app.template_fault import TemplateFault

LONGEST: Final = 100_000


def render(template: str, names: Mapping[str, Any]) -> str:
    """The text of a template. What is missing is empty. Raises `TemplateFault`."""
    try:
        parts = _compiled(template).generate(**{str(name): names[name] for name in names})
        text = ""
        for part in parts:
            text += part
            if len(text) > LONGEST:
                raise TemplateFault("the text is too long")
    except TemplateError as error:
        raise TemplateFault(
            f"{type(error).__name__} in line {getattr(error, 'lineno', '?')}"
        ) from (error)
    except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        raise TemplateFault(type(error).__name__) from error
    return text


def _shown(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else "" if value is None else value


_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    autoescape=False,
    undefined=ChainableUndefined,
    finalize=_shown,
    keep_trailing_newline=True,
)


@lru_cache(maxsize=256)
def _compiled(template: str) -> Any:
    return _ENVIRONMENT.from_string(template)
