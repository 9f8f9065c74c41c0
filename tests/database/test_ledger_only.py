"""The due times of updates change in the ledger only. A change elsewhere would lose a promise."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = frozenset({"customer_update_due_at", "internal_update_due_at"})


def _assigned(source: str) -> list[int]:
    """Return the lines that assign to one of the columns."""
    stored = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return [node.lineno for node in stored if node.attr in COLUMNS and isinstance(node.ctx, ast.Store)]


def test_nothing_but_the_ledger_sets_a_due_time() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "bot").rglob("*.py")
        if (lines := _assigned(path.read_text(encoding="utf-8")))
    }
    assert found.keys() == {"bot/database/ledger.py"}


def test_an_assignment_elsewhere_would_be_found() -> None:
    assert _assigned("row.customer_update_due_at = now\nprint(row.internal_update_due_at)") == [1]
