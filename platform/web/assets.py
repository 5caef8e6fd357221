"""The pinned browser assets: `static/assets.json` is the only list of them.

jsDelivr serves the files of an npm package byte for byte, so the integrity of the file in the
package is the integrity of the file at the CDN (frontend.md 4).
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

CDN = "https://cdn.jsdelivr.net/npm/"
LOCAL = "/static/vendor/"
STATIC = Path(str(files("orderloom.static")))
_VENDORED: set[str] = set()


@dataclass(frozen=True)
class Asset:
    """One file of one exact version of an npm package, and its Subresource Integrity."""

    package: str
    version: str
    file: str
    integrity: str

    @property
    def path(self) -> str:
        """Where it lies below the CDN's root and below `static/vendor`."""
        return f"{self.package}@{self.version}/{self.file}"

    def url(self, *, local: bool) -> str:
        """Its address at the CDN, or at our own origin."""
        return f"{LOCAL if local else CDN}{self.path}"


@cache
def assets() -> dict[str, Asset]:
    """Every pinned asset by its short name (`htmx`, `alpine`, `tabler`, …)."""
    return msgspec.json.decode((STATIC / "assets.json").read_bytes(), type=dict[str, Asset])


def is_vendored(asset: Asset) -> bool:
    """Whether `static/vendor` has the file, so that our own origin can serve it."""
    # Looked for until it is there: `make assets` may bring it while the program runs.
    if asset.path not in _VENDORED and (STATIC / "vendor" / asset.path).is_file():
        _VENDORED.add(asset.path)
    return asset.path in _VENDORED


def integrity_of(content: bytes) -> str:
    """The Subresource Integrity value of a file's bytes (SHA-384)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")
