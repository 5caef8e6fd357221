"""Copies the pinned assets from `node_modules` to `static/vendor`, each checked by its hash.

`python -m orderloom.platform.web.vendor NODE_MODULES`, which `make assets` runs. The copies
are for `ORDERLOOM_ASSETS=local` and for the fonts, which always come from our own origin; they
are never committed.
"""

import sys
from pathlib import Path

from orderloom.platform.web.assets import STATIC, Asset, assets, integrity_of


def vendor(node_modules: Path, target: Path) -> list[str]:
    """Copy every pinned asset and return the paths written, below `target`.

    Raises `ValueError` naming the asset whose bytes are not the pinned ones.
    """
    return [_copy(asset, node_modules, target) for asset in assets().values()]


def _copy(asset: Asset, node_modules: Path, target: Path) -> str:
    content = (node_modules / asset.package / asset.file).read_bytes()
    found = integrity_of(content)
    if found != asset.integrity:
        raise ValueError(f"Expected {asset.path} to have {asset.integrity}, got {found}.")
    file = target / asset.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return asset.path


if __name__ == "__main__":
    for written in vendor(Path(sys.argv[1]), STATIC / "vendor"):
        print(f"static/vendor/{written}")
