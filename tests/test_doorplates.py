"""Every package has a doorplate: what lives there, and what it may use."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent.parent / "src" / "pluglot"
PACKAGES = sorted(path.parent.relative_to(SOURCES) for path in SOURCES.rglob("__init__.py"))


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_a_doorplate_has_two_sentences(package: Path) -> None:
    """Whoever opens a folder reads two sentences before anything else, and the first is a line of its own."""
    plate = ast.get_docstring(ast.parse((SOURCES / package / "__init__.py").read_text())) or ""
    first, _, rest = plate.partition("\n\n")
    sentence = re.compile(r"[^.]+(?:\.\w[^.]*)*\.", re.DOTALL)  # a point within 2.0.1 or lxml.etree ends none
    assert sentence.fullmatch(first), plate
    assert sentence.fullmatch(rest), plate
