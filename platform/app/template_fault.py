"""Why a template has no text. By itself, so that the child that fills templates loads little."""

from __future__ import annotations


class TemplateFault(Exception):
    """A template that cannot be filled; the text says why and holds no data."""
