"""The OpenAPI document holds what the API does: checked by schemathesis, boundedly."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from parts.api_client import Api
from parts.application import small_application
from schemathesis import Case
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from orderloom.platform.web.api.addresses import openapi
from orderloom.platform.web.app import create_app

# What no schema can say: a cursor must be one of ours, a key must come with its own request, people
# must exist, a day must be in the calendar, and a moment is an entry or an instant.
CANNOT_BE_DESCRIBED = (
    "query.bad_cursor",
    "query.not_for_done",
    "key.reused",
    "task.unknown_person",
    "comment.",
    "moment.",
    "user.not_found",
    "substitution.",
    "audit.",
)
ADDRESSES = (
    "/inbound/{connector}",
    "/inbound/{connector}/{message}",
    "/inbound-messages",
    "/inbound-messages/{id}",
    "/inbound-messages/{id}/assign",
    "/inbound-messages/{id}/discard",
    "/inbound-messages/{id}/retry",
    "/me/notifications",
    "/audit/entries",
    "/audit/readings",
    "/orders",
    "/orders/bulk",
    "/orders/{number}",
    "/orders/checks",
    "/orders/{number}/approvers",
    "/orders/{number}/attachments",
    "/orders/{number}/attachments/{sha256}",
    "/orders/{number}/comments",
    "/orders/{number}/audit",
    "/orders/{number}/as-of",
    "/orders/{number}/differences",
    "/orders/{number}/data",
    "/orders/{number}/events",
    "/approvals/preview",
    "/substitutions",
    "/substitutions/{id}",
    "/tasks",
    "/tasks/bulk-verdict",
    "/tasks/counts",
    "/task-views",
    "/task-views/{id}",
    "/tasks/{id}/approvers",
    "/tasks/{id}/claim",
    "/tasks/{id}/complete",
    "/tasks/{id}/delegate",
    "/tasks/{id}/reassign",
    "/tasks/{id}/verdict",
    "/collections",
    "/collections/{id}/balances",
    "/collections/{id}/balances/{key}",
    "/collections/{id}/duplicates",
    "/collections/{id}/export",
    "/collections/{id}/history/{key}",
    "/collections/{id}/import",
    "/collections/{id}/merges",
    "/collections/{id}/merges/{key}",
    "/collections/{id}/moves/{key}",
    "/collections/{id}/records",
    "/collections/{id}/records/{key}",
    "/bundles/{bundle}/changes",
    "/bundles/{bundle}/publish",
    "/definitions",
    "/definitions/{kind}/{id}",
    "/drafts",
    "/drafts/{id}",
    "/drafts/{id}/check",
    "/drafts/{id}/differences",
    "/schemas/{kind}",
)
TOKEN: dict[str, list[str]] = {"token": []}
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
def test_every_answer_is_as_described(served: Any, case: Case[Any]) -> None:
    app, token = served
    headers = {"Authorization": f"Bearer {token}"}
    response = case.call(app=app, headers=headers)
    told = any(code.encode() in response.content for code in CANNOT_BE_DESCRIBED)
    case.validate_response(
        response,
        headers=headers,
        # That nothing goes without a token is tested below, address by address.
        excluded_checks=[ignored_auth, *([positive_data_acceptance] if told else [])],
        transport_kwargs={"app": app, "headers": headers},
    )


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer olp_unknown", "Basic YTpi"])
def test_nothing_goes_without_a_token(served: Any, token: str | None) -> None:
    app, _ = served
    headers = {} if token is None else {"Authorization": token}
    client = TestClient(app)
    answers = {
        f"{method} {path}": client.request(
            method,
            path.format(
                number="RQ-000001",
                id="1.1",
                kind="process",
                connector="c",
                message="m",
                key="k",
                bundle="b",
                sha256="0" * 64,
            ),
            headers=headers,
        ).status_code
        for path, methods in openapi()["paths"].items()
        for method, operation in methods.items()
        if operation.get("security", [TOKEN]) == [TOKEN]
    }
    assert set(answers.values()) == {401}
    assert len(answers) == 68


def test_every_address_says_what_it_takes_and_answers() -> None:
    document = openapi()
    silent = [
        f"{method} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if not operation.get("summary") or not operation.get("description")
    ]
    assert silent == []
    assert set(document["paths"]) == {f"/api/v1{path}" for path in ADDRESSES}
