"""The fixtures of `parts.examples`."""

from parts.examples import app, played

__all__ = ["app", "played"]
