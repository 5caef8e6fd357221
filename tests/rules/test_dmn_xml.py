"""DMN models in and out: what is taken is exact, what is not is listed, nothing is lost."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import random_decisions
from parts.examples import EXAMPLES, folder

from orderloom.platform.app.bundles import open_bundle
from orderloom.rules import FeelError, compile_decision, compile_decisions
from orderloom.rules.dmn_writing import write_dmn
from orderloom.rules.dmn_xml import DmnModel, read_dmn
from orderloom.rules.normal_form import normal

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model(inner: str, *, space: str = MODEL) -> DmnModel:
    return read_dmn(f'<definitions xmlns="{space}" name="m">{inner}</definitions>'.encode())


def table(*rules: str, more: str = "", column: str = "total") -> str:
    return (
        f'<decision id="d" name="Fee"><decisionTable {more}>'
        f"<input><inputExpression typeRef='number'><text>{column}</text></inputExpression></input>"
        f'<output name="fee" typeRef="number"/>{"".join(rules)}</decisionTable></decision>'
    )


def rule(cell: str, value: str) -> str:
    return (
        f"<rule><inputEntry><text><![CDATA[{cell}]]></text></inputEntry>"
        f"<outputEntry><text><![CDATA[{value}]]></text></outputEntry></rule>"
    )


def answers(read: DmnModel, id_: str, scope: Any) -> Any:
    compiled = compile_decisions({one["id"]: one for one in read.decisions})
    return compiled[id_].evaluate(scope).outputs


@pytest.mark.parametrize(
    "space",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        MODEL,
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_a_table_of_every_version_decides(space: str) -> None:
    read = model(table(rule("< 10", "1.10"), rule(">= 10", "2")), space=space)
    assert (read.unsupported, read.notes, read.lost) == ((), (), 0)
    assert answers(read, "fee", {"total": 5}) == Decimal("1.10")


@pytest.mark.parametrize(
    ("attributes", "hit"),
    [
        ("", None),
        ('hitPolicy="UNIQUE"', None),
        ('hitPolicy="RULE ORDER"', "RULE ORDER"),
        ('hitPolicy="COLLECT"', "COLLECT"),
        ('hitPolicy="COLLECT" aggregation="MAX"', "COLLECT MAX"),
    ],
)
def test_hit_policies(attributes: str, hit: str | None) -> None:
    (decision,) = model(table(rule("-", "1"), more=attributes)).decisions
    assert decision.get("hit") == hit


# What other engines write, and what the cell then is; the report tells it.
@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("== 1", "1"),
        ("!= 'a'", 'not("a")'),
        ("'a', 'b'", '"a", "b"'),
        (".startsWith('PL')", 'starts with(?, "PL")'),
        ("> a && b == 1", None),
    ],
)
def test_cells_of_another_dialect(written: str, cell: str | None) -> None:
    read = model(table(rule(written, "1")))
    if cell is None:
        assert not read.decisions
        return
    assert read.decisions[0]["rules"][0]["when"]["total"] == cell
    assert any(repr(written) in one for one in read.adapted)


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        (table(rule("${x}", "1")), "row 1, column 'total': '${x}' is not FEEL"),
        (table(rule("-", "a b c")), "'a b c' is not FEEL"),
        (table(rule("-", "1"), more='hitPolicy="BEST"'), "hit policy BEST is not known"),
        (table(rule("-", "1"), column=""), "there is no expression"),
        (table("<rule><outputEntry><text>1</text></outputEntry></rule>"), "0 tests for 1 columns"),
        ('<decision name="x"><context/></decision>', "boxed context in decision 'x'"),
        ('<decision name="x"/>', "decision 'x' has no logic"),
        (
            '<decision name="x"><literalExpression expressionLanguage="javascript">'
            "<text>a + 1</text></literalExpression></decision>",
            "is javascript, not FEEL",
        ),
        (
            '<decision name="x"><informationRequirement><requiredDecision href="#gone"/>'
            "</informationRequirement><literalExpression><text>1</text></literalExpression>"
            "</decision>",
            "requires '#gone', which the model does not have",
        ),
        ('<import name="F" namespace="f" importType="x"/>', "import 'F'"),
        ('<decisionService name="s"/>', "decisionService 's'"),
        (
            '<businessKnowledgeModel name="b"><encapsulatedLogic kind="Java">'
            '<formalParameter name="p"/><literalExpression><text>p</text></literalExpression>'
            "</encapsulatedLogic></businessKnowledgeModel>",
            "is a function of Java",
        ),
    ],
)
def test_what_is_not_taken_is_named_and_counted(inner: str, told: str) -> None:
    read = model(inner)
    assert any(told in one for one in read.unsupported), read.unsupported
    assert (read.decisions, read.lost) == ((), 0)


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ('<knowledgeSource name="law"/>', "knowledgeSource 'law'"),
        ('<extensionElements><x xmlns="urn:x"/></extensionElements>', "extensionElements"),
        ('<a xmlns="urn:other" id="1"/>', "a '1'"),
    ],
)
def test_what_stands_around_is_a_note(inner: str, told: str) -> None:
    read = model(inner + table(rule("-", "1")))
    assert read.unsupported == ()
    assert any(told in one for one in read.notes), read.notes
    assert len(read.decisions) == 1


# Two decisions and a function, with names that have spaces and signs.
GRAPH = """
<itemDefinition name="tRisk"><typeRef>string</typeRef>
  <allowedValues><text>"high","low"</text></allowedValues></itemDefinition>
<inputData id="i" name="Applicant's age"><variable name="Applicant's age" typeRef="number"/>
</inputData>
<decision id="r" name="Risk - level"><variable name="Risk - level" typeRef="tRisk"/>
  <informationRequirement><requiredInput href="#i"/></informationRequirement>
  <literalExpression><text>if Applicant's age &lt; 25 then "high" else "low"</text>
  </literalExpression></decision>
<businessKnowledgeModel id="b" name="Surcharge of"><encapsulatedLogic>
  <formalParameter name="the risk" typeRef="tRisk"/>
  <literalExpression><text>if the risk = "high" then 10.50 else 0</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>
<decision id="s" name="Surcharge"><variable name="Surcharge" typeRef="number"/>
  <informationRequirement><requiredDecision href="#r"/></informationRequirement>
  <knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>
  <invocation><literalExpression><text>Surcharge of</text></literalExpression>
    <binding><parameter name="the risk"/>
      <literalExpression><text>Risk   - level</text></literalExpression></binding></invocation>
</decision>
<decision id="t" name="Both"><informationRequirement><requiredDecision href="#s"/>
  </informationRequirement><decisionTable>
  <input label="Extra to pay"><inputExpression><text>Surcharge</text></inputExpression></input>
  <output name="a"/><output name="b c"/>
  <rule><description>why</description><inputEntry><text>&gt; 0</text></inputEntry>
    <outputEntry><text>Surcharge * 2</text></outputEntry><outputEntry><text/></outputEntry></rule>
  </decisionTable></decision>
<decision id="u" name="Through"><informationRequirement><requiredDecision href="#t"/>
  </informationRequirement><literalExpression><text>a + 1</text></literalExpression></decision>
"""


@pytest.mark.parametrize(
    ("id_", "outputs"),
    [
        ("risk-level", "high"),
        ("surcharge", Decimal("10.50")),
        ("both", {"a": Decimal("21.00"), "b_c": None}),
        ("through", Decimal("22.00")),
    ],
)
def test_a_graph_with_names_of_its_own_decides(id_: str, outputs: Any) -> None:
    read = model(GRAPH)
    assert (read.unsupported, read.notes) == ((), ())
    assert answers(read, id_, {"applicant_s_age": 20, "Applicant's age": 20}) == outputs


def test_a_graph_keeps_its_types_labels_and_notes() -> None:
    found = {one["id"]: one for one in model(GRAPH).decisions}
    assert found["surcharge-of"]["parameters"] == {"the_risk": "string"}
    assert found["risk-level"]["x-inputs"] == {"applicant_s_age": "number"}
    assert found["both"]["inputs"][0]["x-label"] == "Extra to pay"
    assert found["both"]["rules"][0]["note"] == "why"
    assert found["surcharge"]["requires"] == {
        "risk_level": "risk-level",
        "surcharge_of": "surcharge-of",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<",
        "<definitions>",
        '<?xml version="1.0" encoding="nowhere"?><definitions/>',
        '<!DOCTYPE d [<!ENTITY a "b">]><definitions name="&a;"/>',
        '<!DOCTYPE d SYSTEM "file:///etc/passwd"><definitions/>',
        "<other/>",
        "\0",
    ],
)
def test_what_is_no_model_is_refused_without_being_followed(text: str) -> None:
    read = read_dmn(text.encode())
    assert (read.decisions, len(read.unsupported), read.lost) == ((), 1, 0)


def same(documents: list[dict[str, Any]]) -> None:
    """What is written is read as it was."""
    read = read_dmn(write_dmn(documents).encode())
    assert (read.unsupported, read.notes, read.adapted, read.lost) == ((), (), (), 0)
    assert [normal(one) for one in read.decisions] == [normal(one) for one in documents]


DEFAULTED: dict[str, Any] = {
    "kind": "decision",
    "id": "d",
    "title": "D",
    "hit": "FIRST",
    "inputs": [{"name": "n", "type": "number"}],
    "outputs": [{"name": "a", "default": "n * 2"}, {"name": "b", "default": '"x"'}, {"name": "c"}],
    "rules": [
        {"id": "r1", "when": {"n": "1"}, "then": {"b": None, "c": "1"}},
        {"id": "r2", "when": {"n": "2"}, "then": {"a": "7", "b": '"x"'}},
        {"id": "r3", "when": {"n": "3"}, "then": {"a": None}},
    ],
}


def test_defaults_are_written_out_for_tools_that_know_them_only_where_no_row_matches() -> None:
    same([DEFAULTED])
    text = write_dmn([DEFAULTED])
    assert text.count("<text>n * 2</text>") == 2
    (ours,) = read_dmn(text.encode()).decisions
    (plain,) = read_dmn(re.sub(r' o:default="true"', "", text).encode()).decisions
    for n in range(1, 5):
        expected = compile_decision(DEFAULTED).evaluate({"n": n}).outputs
        assert compile_decision(ours).evaluate({"n": n}).outputs == expected
        assert compile_decision(plain).evaluate({"n": n}).outputs == expected


def test_an_empty_output_of_another_tool_is_null_whatever_the_default() -> None:
    text = re.sub(r' o:default="true">\s*<text>[^<]*<', "><text><", write_dmn([DEFAULTED]))
    (read,) = read_dmn(text.encode()).decisions
    assert compile_decision(read).evaluate({"n": 1}).outputs == {"a": None, "b": None, "c": 1}


@given(random_decisions.tables())
def test_any_table_comes_back_as_it_was(document: dict[str, Any]) -> None:
    same([document])


WRITTEN = write_dmn(model(GRAPH).decisions)


@given(st.integers(0, len(WRITTEN)), st.integers(0, 30), st.text(max_size=6))
def test_whatever_is_in_a_model_it_is_read_or_refused(at: int, length: int, put: str) -> None:
    broken = WRITTEN[:at] + put + WRITTEN[at + length :]
    read = read_dmn(broken.encode("utf-8", "surrogatepass"))
    assert read.lost == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('o:type="[', 'o:type="'),
        ("<o:decision>{", "<o:decision>"),
        ("<o:decision>{", '<o:decision>{"rules":1,'),
        ("<o:decision>{", '<o:decision>{"reads":1,'),
        ('o:more="{', 'o:more="{&quot;when&quot;:1,'),
    ],
)
def test_values_of_our_own_are_not_trusted(old: str, new: str) -> None:
    decision = {
        "kind": "decision",
        "id": "t",
        "title": "T",
        "inputs": [{"name": "a", "type": ["string"], "x-y": 1}],
        "outputs": [{"name": "b"}],
        "rules": [],
    }
    text = write_dmn([decision])
    assert old in text
    read = read_dmn(text.replace(old, new, 1).encode())
    assert (read.decisions, read.lost) == ((), 0)
    assert read.unsupported


def test_long_chains_and_circles_are_refused() -> None:
    links = "".join(
        f'<decision id="d{n}" name="d{n}"><informationRequirement>'
        f'<requiredDecision href="#d{n + 1}"/></informationRequirement>'
        f"<literalExpression><text>1</text></literalExpression></decision>"
        for n in range(300)
    )
    circle = links.replace("#d300", "#d0")
    for inner in (links, circle):
        read = model(inner)
        assert (read.decisions, read.lost, len(read.unsupported) >= 300) == ((), 0, True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_come_back_as_they_were(name: str) -> None:
    documents = [one for one in open_bundle(folder(name)).documents if one.kind == "decision"]
    assert len(documents) > 2
    same([dict(one.value) for one in documents])
    for one in documents:
        same([dict(one.value)])


def test_names_that_only_expressions_have_are_left_alone() -> None:
    odd = {"kind": "decision", "id": "a", "title": "A", "value": "?nodes.x + customer's"}
    same([odd])


def test_decisions_that_read_names_of_outputs_keep_them() -> None:
    outputs = [{"name": "fee"}, {"name": "days"}]
    table = {"kind": "decision", "id": "t", "title": "T", "inputs": [], "outputs": outputs}
    same(
        [
            {**table, "rules": [{"then": {"fee": "1", "days": "2"}}]},
            # `fee` is the order's own, not the table's.
            {"kind": "decision", "id": "u", "title": "U", "requires": {"t": "t"}, "value": "fee"},
        ]
    )


@pytest.mark.parametrize(
    "requires",
    [{"risk": "a"}, {"other_name": "a"}, {"risk": "a@7"}, {"x": "a", "y": "a"}, {"f": "fun"}],
)
def test_requirements_come_back_by_name_and_version(requires: dict[str, str]) -> None:
    whole: list[dict[str, Any]] = [
        {"kind": "decision", "id": "a", "title": "A", "value": "1"},
        {
            "kind": "decision",
            "id": "fun",
            "title": "F",
            "parameters": {"n": "any", "list": ["number"]},
            "value": "n + 1",
        },
        {"kind": "decision", "id": "b", "title": "B", "requires": requires, "value": "2"},
    ]
    same(
        [one for one in whole if one["id"] != "fun"] + [one for one in whole if one["id"] == "fun"]
    )


def test_a_sign_that_xml_has_not_is_refused() -> None:
    with pytest.raises(FeelError, match=r"U\+0007"):
        write_dmn([{"kind": "decision", "id": "a", "title": "bell \a", "value": "1"}])


def test_models_of_other_tools_are_taken_or_listed(shared_data: Path) -> None:
    files = sorted((shared_data / "dmn_files").rglob("*.dmn"))
    read = [read_dmn(file.read_bytes()) for file in files]
    whole = [one for one in read if not one.unsupported]
    assert (len(read), len(whole), sum(one.lost for one in read)) == (221, 158, 0)
    assert all(one.decisions for one in whole)
    taken = [one for one in read if one.decisions]
    assert sum(len(one.decisions) for one in taken) == 302
    for one in taken:
        again = read_dmn(write_dmn(one.decisions).encode())
        assert (again.unsupported, again.lost) == ((), 0)
        by_id = {each["id"]: normal(each) for each in again.decisions}
        assert by_id == {each["id"]: normal(each) for each in one.decisions}
