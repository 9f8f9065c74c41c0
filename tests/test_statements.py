"""Statements keep their conditions: one built from a list that may be empty would match every row."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
CONDITIONS = frozenset({"or_", "and_", "where", "filter", "having"})
WRITING = frozenset({"update", "delete"})


def _name(call: ast.Call) -> str:
    function = call.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _all_starred(call: ast.Call) -> bool:
    return bool(call.args) and all(isinstance(argument, ast.Starred) for argument in call.args)


def _fixed(scope: ast.AST) -> frozenset[str]:
    """Return the names that are only ever given a written-out tuple or list with something in it."""
    values: dict[str, list[ast.expr | None]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    values.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            values.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.arg):
            values.setdefault(node.arg, []).append(None)
    return frozenset(name for name, given in values.items() if all(map(_holds_something, given)))


def _holds_something(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Tuple | ast.List) and any(not isinstance(item, ast.Starred) for item in value.elts)


def _starred_names(call: ast.Call) -> list[str]:
    return [
        argument.value.id if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name) else "?"
        for argument in call.args
    ]


def _unbounded(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find what may turn into a statement without a condition."""
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for scope in scopes:
        fixed = _fixed(scope)
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            joins = _name(call) in CONDITIONS and _all_starred(call)
            if joins and not fixed & set(_starred_names(call)):
                yield call.lineno, f"{_name(call)}(*…) of a list that may be empty"
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in WRITING and call not in _with_condition(tree):
            yield call.lineno, f"{call.func.id}() without where()"


def _with_condition(tree: ast.Module) -> set[ast.Call]:
    """Return the calls of update() and delete() on which where() with something in it is called at once."""
    return {
        call.func.value
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "where"
        and call.args
        and isinstance(call.func.value, ast.Call)
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_statement_is_built_without_a_condition(source: Path) -> None:
    """Every condition made from a list names false() or something fixed beside it; every change says of what."""
    found = list(_unbounded(ast.parse(source.read_text(encoding="utf-8"))))
    assert not found, "\n".join(f"{source.relative_to(ROOT)}:{line}: {what}" for line, what in found)


@pytest.mark.parametrize(
    "bad",
    [
        "def f(keys):\n    return select(Person).where(or_(*keys))",
        "def f(keys):\n    return select(Person).where(*keys)",
        "def f(a):\n    keys = [Person.a == a] if a else []\n    return and_(*keys)",
        "def f():\n    return delete(Person)",
        "def f():\n    return update(Person).values(state=None)",
        "def f():\n    return update(Person).where().values(state=None)",
    ],
)
def test_the_next_one_is_found(bad: str) -> None:
    """The test above is not blind."""
    assert list(_unbounded(ast.parse(bad)))


@pytest.mark.parametrize(
    "good",
    [
        "def f(keys):\n    return select(Person).where(or_(false(), *keys))",
        "def f(a):\n    mine = (Person.a == a, Person.b)\n    return select(Person).where(*mine)",
        "def f(a):\n    return delete(Person).where(Person.a == a)",
    ],
)
def test_what_has_a_condition_is_left_alone(good: str) -> None:
    """Nobody has to write more than is needed."""
    assert not list(_unbounded(ast.parse(good)))
