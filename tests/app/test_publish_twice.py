"""Two people publish at the same moment: one of them is told, nothing is published twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.application import small_application
from parts.small_bundle import write_small_bundle

from orderloom.platform.app.administering import Administer
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import NotPublished, Published, PublishOptions
from orderloom.platform.problem import Rejection

OPTIONS = PublishOptions(tests=False, second_person=False)


def test_who_comes_second_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_small_bundle(tmp_path / "changed")
    process = folder / "request.yaml"
    process.write_text(process.read_text(encoding="utf-8").replace('"<= 100"', '"<= 90"'))
    process.write_text(process.read_text(encoding="utf-8").replace("total: 100}", "total: 90}"))
    with small_application(tmp_path) as app:
        keep = app.runner.administer

        def overtaken(work: Administer) -> Rejection | None:
            assert keep(work) is None
            return keep(work)

        monkeypatch.setattr(app.publish, "_keep", overtaken)
        done = app.publish.publish(open_bundle(folder), OPERATOR, OPTIONS)
        assert isinstance(done, NotPublished)
        assert done.refused is not None
        assert done.refused.code == "publish.overtaken"
        monkeypatch.undo()
        again = app.publish.publish(open_bundle(folder), OPERATOR, OPTIONS)
        assert isinstance(again, Published)
