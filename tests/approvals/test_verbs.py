"""Each verb of an approval, over the API: the right person, the wrong person, and twice.

The right person's verb has its effect and stands in the audit by name. Anybody else's, and one that
comes twice, changes nothing, is told in a sentence of its own, and stands in the audit too.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from parts.api_client import Answer
from parts.approval_verbs import ANOTHER, ANSWERED_AS_BEFORE, VERBS
from parts.approving import Deals

from orderloom.platform.words import Words

TRIES = ("right person", "wrong person", "twice")


@pytest.mark.parametrize("tried", TRIES)
@pytest.mark.parametrize("verb", VERBS)
def test_verb(deals: Deals, verb: str, tried: str) -> None:
    one = VERBS[verb]
    task = deals.start(one.process)
    one.before(deals, task)
    if tried == "wrong person":
        _refused(deals, lambda: one.send(deals, one.wrong[0], task), one.wrong[1])
        return
    done = one.send(deals, one.right, task)
    assert done.status in (200, 201), done
    assert one.done(deals), deals.read()
    assert not one.said or any(one.said in said for said in deals.told()), deals.told()
    if tried == "right person":
        return
    if one.twice in (ANSWERED_AS_BEFORE, ANOTHER):
        before = deals.read()
        assert one.send(deals, one.right, task).status == 200
        assert (deals.read() == before) is (one.twice == ANSWERED_AS_BEFORE)
    else:
        _refused(deals, lambda: one.send(deals, one.right, task), one.twice)


def _refused(deals: Deals, send: Callable[[], Answer], code: str) -> None:
    """The try changes nothing, has a sentence of its own, and is written down."""
    before, told = deals.read(), deals.refusals()
    answer = send()
    assert (answer.code, answer.status >= 400) == (code, True), answer
    said = Words("en").text(f"problems.{code}", **(answer.body.get("params") or {}))
    assert answer.body["title"] == said
    assert "{" not in said
    assert deals.read() == before
    assert deals.refusals() > told or _is_only_told(answer)


def _is_only_told(answer: Answer) -> bool:
    """What people meet who set a substitution in good faith is told, not written down."""
    code = str(answer.code)
    return code.startswith("substitution.") and answer.status in (404, 409, 422)
