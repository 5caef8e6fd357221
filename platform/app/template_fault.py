"""Why a template has no text. By itself, so that the child that fills templates loads little."""

from __future__ import annotations


class TemplateFault(Exception):
    """A template that cannot be filled; the text says why and holds no data."""


class TemplateEndless(TemplateFault):
    """One that was ended, for it took too long or too much."""
