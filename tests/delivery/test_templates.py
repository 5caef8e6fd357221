"""Templates read what they are given, and nothing else."""

from decimal import Decimal

import pytest

from orderloom.platform.app.messages import TemplateFault
from orderloom.platform.delivery.templates import render

NAMES = {
    "order": {"number": "SO-1"},
    "total": Decimal("48211.40"),
    "lines": [{"sku": "A1"}, {"sku": "B2"}],
    "none": None,
    "evil": "{{ order.number }}",
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("", ""),
        ("Order {{ order.number }}: {{ total }}", "Order SO-1: 48211.40"),
        ("{% for line in lines %}{{ line.sku }} {% endfor %}", "A1 B2 "),
        ("[{{ none }}{{ missing }}{{ missing.deeper.still }}]", "[]"),
        ("{{ evil }}", "{{ order.number }}"),
        ("{{ '<b>' }}", "<b>"),
        # What the sandbox hides is as if it were missing.
        ("[{{ cycler.__init__.__globals__.os }}]", "[]"),
    ],
)
def test_templates_are_filled(template: str, expected: str) -> None:
    assert render(template, NAMES) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ lines.append(1) }}",
        "{% for a in range(1000000) %}{% endfor %}",
        "{% for a in range(99999) %}0123456789{% endfor %}",
        "{{ 1 / 0 }}",
        "{{ order.number",
        "{% include 'x' %}",
    ],
)
def test_what_leaves_the_sandbox_is_a_fault(template: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        render(template, NAMES)
    assert "SO-1" not in str(caught.value)
