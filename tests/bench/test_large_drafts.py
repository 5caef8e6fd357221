"""What designers are measured with can be published: nothing of it is an error."""

from __future__ import annotations

from pathlib import Path

from parts.application import small_application

from orderloom.platform.bench.large_drafts import BUNDLE, FIELDS, ROWS, STAGES, large_drafts
from orderloom.platform.definitions import Bundle, check, errors


def test_large_drafts_are_good_definitions(tmp_path: Path) -> None:
    with small_application(tmp_path) as app:
        app.accounts.set_role("sales", title="Sales", permissions=["definition.write"])
        app.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        ada = app.accounts.by_login("ada")
        assert ada is not None
        large_drafts(app, ada, "sales")
        bundle = app.drafting.bundle(ada, BUNDLE)
        assert isinstance(bundle, Bundle), bundle
        # The scenario of the process that the bundle began with no longer fits.
        wrong = [each for each in errors(check(bundle)) if not each.file.startswith("scenarios/")]
        assert wrong == []
        values = {each.kind: each.value for each in bundle.documents}
    assert len(values["process"]["stages"]) == STAGES + 1
    assert len(values["decision"]["rules"]) == ROWS + 1
    assert len(values["form"]["schema"]["properties"]) == FIELDS + 2
