"""Every requirement the product promises is named by a test."""

from __future__ import annotations

from tools.requirement_table import proofs

PROMISED = {
    "WS": range(1, 18),
    "RPC": range(1, 19),
    "ERR": range(1, 7),
    "BOOT": range(1, 11),
    "TX": range(1, 17),
    "NET": range(1, 3),
    "PWD": (1, 2, 3, 6, 7, 9),
    "HRD": (1, 2, 3, 4, 7, 12),
    "DAT": range(1, 6),
    "UI": range(1, 6),
    "SOAP": range(1, 11),
    "BRG": (1, 2, 3, 4),
    "PROOF": range(1, 13),
}


def test_every_promised_requirement_has_a_test() -> None:
    """No id of the list is without a test that names it."""
    proved = proofs()
    promised = [f"{group}-{number:02}" for group, numbers in PROMISED.items() for number in numbers]
    assert [requirement for requirement in promised if requirement not in proved] == []
