"""Which requirement is proved by which test, read from the markers in the tests' sources."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
Proof = tuple[str, str]  # path of the test file, name of the test


def proofs() -> dict[str, list[Proof]]:
    """Requirement id to the tests that name it, both in order."""
    found: dict[str, set[Proof]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if "node_modules" not in path.parts:
            for name, requirement in _marked(ast.parse(path.read_text())):
                found[requirement].add((str(path.relative_to(ROOT)), name))
    return {requirement: sorted(found[requirement]) for requirement in sorted(found, key=_order)}


def _marked(module: ast.Module) -> Iterator[Proof]:
    everywhere = [
        identifier
        for statement in module.body
        if isinstance(statement, ast.Assign)
        and any(getattr(target, "id", "") == "pytestmark" for target in statement.targets)
        for identifier in _ids(statement.value)
    ]
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own = [identifier for decorator in node.decorator_list for identifier in _ids(decorator)]
            if node.name.startswith(("test_", "Test")):
                for identifier in [*own, *everywhere]:
                    yield node.name, identifier


def _ids(expression: ast.AST) -> Iterator[str]:
    """The ids of every ``requirement(…)`` in an expression."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "requirement":
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _order(requirement: str) -> tuple[str, ...]:
    return tuple(part.zfill(6) if part.isdigit() else part for part in re.split(r"(\d+)", requirement))
