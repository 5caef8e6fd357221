"""Who may import whom: `docs/decisions/0001-import-table.md` as a table."""

import pytest
from parts.repository import imports, module_of, python_files

# Leaves: a folder or module that everybody but audit may import.
LEAVES = ("platform.codec", "platform.words", "platform.problem", "platform.record")
PURE = ("rules", "forms", "approvals", "platform.definitions", "platform.engine")
EVERYTHING = ("rules", "forms", "approvals", "audit", "static", "examples", "platform")

# part -> what it may import beside itself and the leaves. The longest matching name counts.
ALLOWED: dict[str, tuple[str, ...]] = {
    "audit": (),
    "static": (),
    "examples": (),
    "rules": (),
    "forms": ("rules",),
    "approvals": ("rules",),
    "platform.codec": (),
    "platform.words": (),
    "platform.problem": (),
    "platform.record": (),
    "platform.settings": (),
    "platform.definitions": ("rules", "forms", "approvals"),
    "platform.engine": ("rules", "forms", "approvals", "platform.definitions"),
    "platform.store": ("platform.definitions", "platform.engine", "audit"),
    "platform.app": (*PURE, "platform.store", "audit", "platform.settings", "examples"),
    "platform.delivery": ("platform.app", "platform.engine", "platform.settings"),
    # A page builds a command and shows a form's view: their types, never the interpreter.
    "platform.web": (
        "platform.app",
        "platform.engine.commands",
        "platform.settings",
        "forms",
        "static",
    ),
    "platform.bootstrap": EVERYTHING,
    "platform.bench": EVERYTHING,
    "platform.cli": ("platform.bootstrap", "platform.app", "platform.settings", "platform.bench"),
}
# Doors that only one part may use, whatever the table says.
CLOSED = {"rules.durable_adapter": ("platform.app", "platform.bootstrap", "platform.bench")}

# third-party or standard package -> the files that may import it
FENCES: dict[str, tuple[str, ...]] = {
    "durable": ("rules/durable_adapter.py",),
    "durable_rules_engine": ("rules/durable_adapter.py",),
    "sqlmodel": ("platform/store/",),
    "sqlalchemy": ("platform/store/", "platform/bench/"),
    "alembic": ("platform/store/",),
    "psycopg": ("platform/store/", "platform/bench/"),
    "sqlite3": ("platform/store/", "platform/bench/"),
    "fastapi": ("platform/web/", "platform/bench/"),
    "starlette": ("platform/web/", "platform/bootstrap_server.py"),
    "jinja2": ("platform/web/", "platform/delivery/"),
    "uvicorn": ("platform/web/", "platform/cli", "platform/bootstrap", "platform/bench/"),
    "jsonschema": ("forms/schema.py", "platform/definitions/"),
    "ruamel": ("platform/codec/",),
    "yaml": ("platform/codec/", "platform/words/"),
    "argon2": ("platform/app/",),
    "click": ("platform/cli",),
    "rich": ("platform/cli", "platform/bench/"),
    "httpx2": ("platform/delivery/", "platform/bench/"),
    "pydantic": ("platform/web/", "platform/store/"),
    "defusedxml": ("rules/dmn_elements.py", "rules/spreadsheet", "platform/app/foreign_log.py"),
    "openpyxl": ("rules/spreadsheet",),
    "icalendar": ("platform/app/absence_calendar.py",),
}
# What would bring in the clock, chance or the outside; the pure folders may import none of it.
IMPURE = {"asyncio", "os", "random", "secrets", "socket", "sqlite3", "subprocess", "tempfile"}
IMPURE |= {"threading", "time", "urllib.request", "uuid", "http", "logging"}


def part_of(module: str) -> str:
    """The row of the table that a module of ours belongs to (without `orderloom.`)."""
    name = module.removeprefix("orderloom.")
    rows = [row for row in ALLOWED if _below(name, row) or name.startswith(f"{row}_")]
    assert rows, f"{module} has no row in the import table"
    return max(rows, key=len)


def test_imports_follow_the_table() -> None:
    wrong = [
        f"{name}:{line} imports {imported}"
        for name in python_files()
        for line, imported in imports(name)
        if imported.startswith("orderloom.") and not _may(part_of(module_of(name)), imported)
    ]
    assert wrong == []


def test_third_parties_stay_behind_their_fence() -> None:
    wrong = [
        f"{name}:{line} imports {imported}"
        for name in python_files()
        for line, imported in imports(name)
        for package, homes in FENCES.items()
        if _below(imported, package) and not name.startswith(homes)
    ]
    assert wrong == []


def test_pure_folders_import_no_clock_chance_or_outside() -> None:
    wrong = [
        f"{name}:{line} imports {imported}"
        for name in python_files("rules", "forms", "approvals", "platform/engine")
        for line, imported in imports(name)
        if any(_below(imported, module) for module in IMPURE) and name != "rules/durable_adapter.py"
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("importer", "imported", "expected"),
    [
        ("orderloom.audit.entry", "orderloom.platform.codec.canonical", False),
        ("orderloom.rules.feel", "orderloom.platform.problem.Rejection", True),
        ("orderloom.rules.feel", "orderloom.platform.engine.state", False),
        ("orderloom.platform.engine.advance", "orderloom.platform.store", False),
        ("orderloom.platform.engine.advance", "orderloom.rules.durable_adapter.run", False),
        ("orderloom.platform.web.pages.tasks", "orderloom.platform.delivery", False),
        ("orderloom.platform.web.pages.tasks", "orderloom.platform.engine.commands.Create", True),
        ("orderloom.platform.web.pages.tasks", "orderloom.platform.engine.interpreter", False),
        ("orderloom.platform.cli_orders", "orderloom.platform.app.imports", True),
        ("orderloom.platform.bootstrap", "orderloom.platform.web", True),
    ],
)
def test_the_table_bites(importer: str, imported: str, expected: bool) -> None:
    assert _may(part_of(importer), imported) is expected


def _may(mine: str, imported: str) -> bool:
    name = imported.removeprefix("orderloom.")
    for door, users in CLOSED.items():
        if _below(name, door) and not _below(door, mine):
            return any(_below(mine, user) for user in users)
    leaves = () if mine == "audit" else LEAVES
    return any(_below(name, row) for row in (mine, *leaves, *ALLOWED[mine])) or (
        name.startswith(f"{mine}_")
    )


def _below(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")
