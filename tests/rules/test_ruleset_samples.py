"""The library's own sample rulesets, as our language says them, conclude what was observed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orderloom.platform.app.ruleset_worker import RulesetWorker
from orderloom.platform.codec import load_yaml, loads
from orderloom.rules import Inferred, compile_ruleset, facts_of

TABLE = Path(__file__).parents[1] / "data" / "library_samples.yaml"
SAMPLES = load_yaml(TABLE.read_text(encoding="utf-8")).value

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def worker() -> Iterator[RulesetWorker]:
    running = RulesetWorker(20.0)
    yield running
    running.close()


@pytest.fixture(scope="module")
def observed(shared_data: Path) -> dict[str, Any]:
    text = (shared_data / "durable_rules" / "testsamples.json").read_bytes()
    return {one["name"]: one for one in loads(text)}


def test_each_sample_is_run_or_has_its_reason(observed: dict[str, Any]) -> None:
    assert len(observed) == 34
    assert sorted([*SAMPLES["runs"], *SAMPLES["not_said"]]) == sorted(observed)


@pytest.mark.parametrize("name", list(SAMPLES["runs"]))
def test_it_concludes_what_was_observed(
    worker: RulesetWorker, observed: dict[str, Any], name: str
) -> None:
    sample = SAMPLES["runs"][name]
    ruleset = compile_ruleset(definition(name, sample))
    steps = [one for one in observed[name]["operations"] if one["op"] in ("post", "assert_fact")]
    facts = facts_of(ruleset, {"events": [one["args"][0] for one in steps]})
    found = worker.infer(ruleset, facts)
    assert isinstance(found, Inferred)
    said = [one["said"] for one in found.facts["line"]]
    prints = re.compile(sample.get("prints", ".*"))
    lines = [shown[0] for one in steps for line in one["printed"] if (shown := prints.search(line))]
    assert lines
    if sample.get("ordered"):
        assert said == lines
    assert sorted(said) == sorted(set(lines))


def definition(name: str, sample: dict[str, Any]) -> dict[str, Any]:
    rules = []
    for one in sample["rules"]:
        says = [{"assert": "line", "with": {"said": text}} for text in one.get("says", [])]
        rules.append({**one, "then": [*one.get("then", []), *says]})
        rules[-1].pop("says", None)
    facts = {
        "m": {"type": sample["type"], "from": sample.get("from", "events")},
        "line": {"type": {"said": "string"}},
    }
    head = {"kind": "ruleset", "id": name, "mode": "inference"}
    return {**head, "facts": facts, "rules": rules}
