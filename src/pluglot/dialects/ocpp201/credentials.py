"""How stations of 2.0.1, and those of 2.0 before it, prove who they are."""

from __future__ import annotations

import re
from typing import Final

from pluglot.dialects.credentials import VariableRules

CREDENTIALS: Final = VariableRules(
    longest=40,
    allows=re.compile(r"[A-Za-z0-9*\-_=:+|@.]*").fullmatch,
    allows_rule="may hold only letters, digits and * - _ = : + | @ .",
)
