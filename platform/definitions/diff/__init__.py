"""What is different between two versions of definitions, in sentences."""

from orderloom.platform.definitions.diff.comparing import differences
from orderloom.platform.definitions.diff.difference import Difference

__all__ = ["Difference", "differences"]
