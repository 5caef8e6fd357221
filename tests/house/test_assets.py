"""The list of pinned assets agrees with the packages that npm installs."""

import json
import re
from pathlib import Path

import pytest
from parts.shared_data import REPOSITORY

from orderloom.platform.web.assets import Asset, assets, integrity_of
from orderloom.platform.web.vendor import vendor


@pytest.mark.parametrize("name", sorted(assets()))
def test_the_pinned_hash_is_that_of_the_package(name: str, node_modules: Path) -> None:
    asset = assets()[name]
    content = (node_modules / asset.package / asset.file).read_bytes()
    assert integrity_of(content) == asset.integrity


@pytest.mark.parametrize("name", sorted(assets()))
def test_the_version_is_the_one_in_package_json(name: str) -> None:
    package = json.loads((REPOSITORY / "package.json").read_text())
    pinned = package["dependencies"] | package["devDependencies"]
    assert pinned[assets()[name].package] == assets()[name].version


def test_the_lock_of_npm_pins_hashes_and_names_no_address() -> None:
    text = (REPOSITORY / "package-lock.json").read_text()
    packages = [entry for path, entry in json.loads(text)["packages"].items() if path]
    assert all(entry["integrity"].startswith("sha512-") for entry in packages)
    assert not re.search(r'"resolved"', text)


def test_a_changed_file_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = Asset(package="p", version="1.0.0", file="p.js", integrity=integrity_of(b"good"))
    monkeypatch.setattr("orderloom.platform.web.vendor.assets", lambda: {"p": asset})
    source = tmp_path / "node_modules" / "p" / "p.js"
    source.parent.mkdir(parents=True)
    source.write_bytes(b"good")
    assert vendor(tmp_path / "node_modules", tmp_path / "out") == ["p@1.0.0/p.js"]
    assert (tmp_path / "out" / "p@1.0.0" / "p.js").read_bytes() == b"good"
    source.write_bytes(b"evil")
    with pytest.raises(ValueError, match=r"p@1\.0\.0/p\.js"):
        vendor(tmp_path / "node_modules", tmp_path / "out")
