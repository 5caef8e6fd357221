"""What is wrong with the definitions of a bundle: one small function a check, a file a topic."""

from importlib import import_module
from pkgutil import iter_modules

from orderloom.platform.definitions.checks.registry import CHECKS

# Every file of this folder is loaded, in the order of names: its checks register themselves.
for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["CHECKS"]
