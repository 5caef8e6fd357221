"""`orderloom audit export`: the file's ending or `--format` says in which form."""

from __future__ import annotations

import pytest
from parts.command_line import CommandLine

from orderloom.platform.app.audit_formats import FORMATS, format_of, writer


@pytest.mark.parametrize(
    ("name", "format_"),
    [("-", "jsonl"), ("audit.jsonl", "jsonl"), ("audit", "jsonl"), ("audit.unknown", "jsonl")],
)
def test_the_ending_of_a_file_says_the_format(name: str, format_: str) -> None:
    assert format_of(name) == format_


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_every_format_has_its_writer(format_: str) -> None:
    assert callable(writer(format_))


def test_an_unknown_format_is_wrong_usage(orderloom: CommandLine) -> None:
    told = orderloom.run("audit", "export", "--format", "parchment")
    assert told.code == 2
    assert "jsonl" in told.err
