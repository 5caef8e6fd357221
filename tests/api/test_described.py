"""The OpenAPI document holds what the API does: checked by schemathesis, boundedly."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from parts.api_client import Api
from parts.application import small_application
from schemathesis import Case

from orderloom.platform.web.api.addresses import openapi
from orderloom.platform.web.app import create_app

SCHEMA = schemathesis.openapi.from_dict(openapi())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with small_application(tmp_path_factory.mktemp("api")) as app:
        with Api(app) as api:
            api.order()
            token = api.token("alice")
        yield create_app(app), token


@SCHEMA.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(served: Any, case: Case) -> None:
    app, token = served
    case.call_and_validate(app=app, headers={"Authorization": f"Bearer {token}"})


def test_every_address_says_what_it_takes_and_answers() -> None:
    document = openapi()
    silent = [
        f"{method} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if not operation.get("summary") or not operation.get("description")
    ]
    assert silent == []
    assert len(document["paths"]) == 11
