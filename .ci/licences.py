"""Fails when an installed package is under a licence that the product may not ship with.

Apache-2.0 code may use LGPL and MPL libraries; GPL and AGPL ones it may not.
"""

import re
import sys
from importlib.metadata import Distribution, distributions

REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
CHOICE = re.compile(r"\bOR\b")


def refused(distribution: Distribution) -> str | None:
    """The statement that rules a distribution out, or None.

    Where an expression offers a choice (`A OR B`), one acceptable side is enough.
    """
    metadata = distribution.metadata
    expression = metadata.get("License-Expression")
    if expression:
        sides = CHOICE.split(expression)
        return expression if all(REFUSED.search(side) for side in sides) else None
    classifiers = [
        line.split(" :: ")[-1]
        for line in metadata.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    statements = classifiers or [(metadata.get("License") or "").split("\n", 1)[0]]
    bad = [line for line in statements if REFUSED.search(line)]
    return ", ".join(bad) if len(bad) == len(statements) else None


def main() -> int:
    """Print every offender; exit 1 if there is one."""
    found = sorted(distributions(), key=lambda distribution: distribution.name.lower())
    offenders = [(each.name, why) for each in found if (why := refused(each))]
    for name, why in offenders:
        print(f"{name}: {why}")
    print(f"{len(found)} packages looked at, {len(offenders)} under GPL or AGPL")
    return 1 if offenders else 0


if __name__ == "__main__":
    sys.exit(main())
