"""Bundles on the command line: check, test, publish, import, export, decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.small_bundle import write_small_bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_small_bundle(tmp_path / "small")


def replaced(bundle: Path, file: str, old: str, new: str) -> None:
    path = bundle / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_a_good_bundle_has_no_findings(orderloom: CommandLine, bundle: Path) -> None:
    ran = orderloom.json("check", bundle)
    assert (ran.code, ran.json) == (0, [])


def test_a_wrong_target_is_named_with_its_line(orderloom: CommandLine, bundle: Path) -> None:
    replaced(bundle, "request.yaml", "cancel: {to: cancelled}", "cancel: {to: canceled}")
    ran = orderloom.json("check", bundle)
    assert ran.code == 1
    (finding,) = ran.json
    assert finding["code"] == "transition.unknown_target"
    assert finding["line"] == line_of(bundle / "request.yaml", "canceled")
    text = orderloom.run("check", bundle)
    assert "[transition.unknown_target]" in text.out


def test_scenarios_and_decision_tests_are_counted(orderloom: CommandLine, bundle: Path) -> None:
    ran = orderloom.run("test", bundle)
    assert ran.out.splitlines()[-1] == "4 passed, 0 failed"
    assert ran.code == 0


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("stages: [done], outcome", "stages: [paying], outcome", "stages are"),
        ("refused: order.not_found", "refused: event.unknown", "order.not_found"),
        ("refused: event.reason_required}", "reason: x, refused: event.unknown}", "accepted"),
        ("{pass: P1D}", "{pass: PT1H}", "stages are"),
        ("results: {tier: one}", "results: {tier: two}", "results.tier"),
        ("for: bob", "for: carol", "not to carol"),
        ('{test: "> 100"}', '{test: "> 1000"}', "data.total"),
    ],
)
def test_a_scenario_that_goes_otherwise_fails_and_says_where(
    orderloom: CommandLine, bundle: Path, old: str, new: str, part: str
) -> None:
    replaced(bundle, "scenarios/request.yaml", old, new)
    ran = orderloom.json("test", bundle)
    assert (ran.code, ran.json["passed"], ran.json["failed"]) == (1, 3, 1)
    (failed,) = [each for each in ran.json["scenarios"] if not each["passed"]]
    assert part in failed["problem"]
    assert failed["step"] is not None


def test_publishing_makes_versions_once(orderloom: CommandLine, bundle: Path) -> None:
    first = orderloom.json("publish", bundle)
    assert (first.code, len(first.json["published"])) == (0, 4)
    again = orderloom.json("publish", bundle)
    assert (again.json["published"], len(again.json["unchanged"])) == ([], 4)
    replaced(bundle, "request.yaml", '"<= 100"', '"<= 99"')
    failing = orderloom.json("publish", bundle)
    assert (failing.code, len(failing.json["failures"])) == (1, 1)
    replaced(bundle, "request.yaml", "{total: 100}", "{total: 99}")
    assert orderloom.json("publish", bundle).json["published"] == [["decision", "tier@2"]]


def test_a_second_person_publishes(orderloom: CommandLine, bundle: Path) -> None:
    for login in ("ada", "abe"):
        orderloom.run("user", "add", login, "--role", "administrator", "--no-password")
    alone = orderloom.json("publish", bundle, "--as", "ada")
    assert (alone.code, alone.json["code"]) == (1, "publish.second_person")
    assert orderloom.json("import", bundle, "--as", "ada").json == {"drafts": 4}
    alone = orderloom.json("publish", bundle, "--as", "ada")
    assert alone.json["code"] == "publish.second_person"
    assert len(orderloom.json("publish", bundle, "--as", "abe").json["published"]) == 4


def test_an_export_is_the_bundle_again(
    orderloom: CommandLine, bundle: Path, tmp_path: Path
) -> None:
    orderloom.run("publish", bundle)
    assert orderloom.json("export", tmp_path / "out").json["documents"] == 4
    assert orderloom.json("check", tmp_path / "out").json == []
    assert orderloom.json("publish", tmp_path / "out").json["published"] == []
    assert orderloom.run("test", tmp_path / "out").out.splitlines()[-1] == "4 passed, 0 failed"


@pytest.mark.parametrize(
    ("arguments", "code", "result"),
    [
        (["--with", '{"total": 100}'], 0, "none"),
        (["--with", '{"total": 100.01}'], 0, "one"),
    ],
)
def test_a_decision_is_made(
    orderloom: CommandLine, bundle: Path, arguments: list[str], code: int, result: str
) -> None:
    ran = orderloom.json("decide", bundle, "tier", *arguments)
    assert (ran.code, ran.json["result"]) == (code, result)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["decide", "BUNDLE", "nothing"], 1),
        (["decide", "BUNDLE", "tier", "--with", "{"], 2),
        (["check", "nowhere"], 2),
        (["nonsense"], 2),
        (["orders", "list", "--state", "nonsense"], 2),
        (["token", "create", "nobody"], 1),
        (["orders", "show", "X-1"], 1),
        (["orders", "import", "BUNDLE", "BUNDLE", "--mapping", "nothing"], 1),
    ],
)
def test_exit_codes_tell_usage_from_findings(
    orderloom: CommandLine, bundle: Path, arguments: list[str], code: int
) -> None:
    ran = orderloom.run(*[str(bundle) if each == "BUNDLE" else each for each in arguments])
    assert ran.code == code
    assert ran.out == "" or code == 0


def test_a_broken_environment_has_its_own_code(
    orderloom: CommandLine, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLOOM_PORT", "many")
    ran = orderloom.run("publish", bundle)
    assert (ran.code, "ORDERLOOM_PORT" in ran.err) == (3, True)
    monkeypatch.setenv("ORDERLOOM_PORT", "1")
    monkeypatch.setenv("ORDERLOOM_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/nothing")
    ran = orderloom.run("publish", bundle)
    assert (ran.code, "secret" in ran.err) == (3, False)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The answer is “one” because row"),
        ("pl", "Wynik to „one”, bo pasuje wiersz"),
        ("sk", "Výsledok je „one“, pretože vyhovuje riadok"),
    ],
)
def test_a_decision_says_why(
    orderloom: CommandLine, bundle: Path, language: str, sentence: str
) -> None:
    arguments = ("--given", '{"total": 100.01}', "--why", "--lang", language)
    why = orderloom.json("decide", bundle, "tier", *arguments).json["why"]
    assert why["sentence"].startswith(sentence)
    assert "“none”" in why["sentence"] or "„none" in why["sentence"]
    assert [one["row"] for one in why["missed"]] or why["beaten"]
    assert why["flips"][0]["outputs"] == "none"
    text = orderloom.run("decide", bundle, "tier", *arguments)
    assert why["sentence"] in text.out


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "There is no answer: total is missing; with total = 100 it would be “none”."),
        ("pl", "Nie ma wyniku: brakuje wartości total; przy total = 100 wynikiem byłoby „none”."),
        ("sk", "Výsledok chýba: chýba hodnota total; pri total = 100 by bol výsledok „none“."),
    ],
)
def test_a_decision_without_an_answer_says_why(
    orderloom: CommandLine, bundle: Path, language: str, sentence: str
) -> None:
    arguments = ("--given", "{}", "--why", "--lang", language)
    failed = orderloom.json("decide", bundle, "tier", *arguments)
    assert failed.code == 1
    assert (failed.json["code"], failed.json["path"]) == ("decision.failed", "total")
    assert failed.json["why"]["failure"]["kind"] == "null"
    assert failed.json["why"]["sentence"] == sentence
    text = orderloom.run("decide", bundle, "tier", *arguments)
    assert (text.code, text.out.splitlines()[0]) == (1, sentence)


def test_two_bundles_may_not_have_one_id(orderloom: CommandLine, bundle: Path) -> None:
    assert orderloom.run("publish", bundle).code == 0
    replaced(bundle, "bundle.yaml", "bundle: small", "bundle: other")
    replaced(bundle, "request.yaml", "title: {en: Request", "title: {en: Another request")
    ran = orderloom.json("publish", bundle)
    assert (ran.code, ran.json["code"]) == (1, "publish.of_another")
    assert "belongs to the bundle small" in ran.json["message"]
