"""How stations of each version prove who they are: names, passwords, and how a new one is given to them."""

from __future__ import annotations

from typing import Any

import pytest

from pluglot.dialects import Refusal, UnspokenVersion, credential_rules
from pluglot.messages.version import OcppVersion
from tests.dialects.driver import message

SPECIAL = "*-_=:+|@."
NEW = "new-password-5678"
OLD_VERSIONS = ("1.2s", "1.5s", "1.6s", "1.6")


@pytest.mark.requirement("WS-02")
def test_the_set_of_characters_depends_on_the_version() -> None:
    """2.x takes identifierString without the colon; 1.6 takes what can be printed."""
    assert credential_rules("2.1").identity_fits("aZ0*-_=+|@.")
    assert not credential_rules("2.0.1").identity_fits("CS 1")
    assert not credential_rules("2.0").identity_fits("CS:1")
    assert not credential_rules("2.1").identity_fits("Ä-1")
    assert credential_rules("1.6").identity_fits("CS 1")
    assert not credential_rules("2.1").identity_fits("x" * 49)


@pytest.mark.requirement("PWD-02")
@pytest.mark.parametrize(
    ("password", "version", "allowed"),
    [
        ("x" * 15, "2.0.1", False),
        ("x" * 16, "2.0.1", True),
        ("x" * 40, "2.0.1", True),
        ("x" * 41, "2.0.1", False),
        ("x" * 40, "2.0", True),
        ("x" * 41, "2.0", False),
        ("x" * 41, "2.1", True),
        ("x" * 64, "2.1", True),
        ("x" * 65, "2.1", False),
        ("x" * 15, "2.1", False),
        ("abcdefghijklmnop!", "2.0.1", False),
        ("abcdefghijklmnopä", "2.0.1", False),
        ("abcdefghijklmnop\x00", "2.1", False),
        *((f"abcdefghijklmno{special}", "2.0.1", True) for special in SPECIAL),
    ],
)
def test_passwords_of_2_x_have_16_to_40_or_64_characters(password: str, version: str, *, allowed: bool) -> None:
    """Length and characters are checked by version, of owners too; what is said of it does not show the password."""
    rules = credential_rules(version)
    broken = rules.breach(password)
    assert (broken is None) is allowed
    assert broken is None or (broken.startswith(("must ", "may ")) and password not in broken)
    assert rules.breach_by_owner(password) == broken


@pytest.mark.requirement("PWD-03")
@pytest.mark.parametrize(
    ("password", "allowed"),
    [
        ("x" * 15, False),
        ("x" * 16, True),
        ("x" * 20, True),
        ("x" * 21, False),
        ("ab" * 16, True),
        ("AB" * 20, True),
        ("ab" * 21, False),
        ("ab" * 15 + "zz", False),
        ("ä" * 10, True),  # 20 bytes
        ("ä" * 11, False),
    ],
)
def test_keys_of_1_6_have_16_to_20_bytes_or_twice_as_many_hex_digits(password: str, *, allowed: bool) -> None:
    """Bytes are counted, not characters."""
    broken = credential_rules("1.6").breach(password)
    assert broken is None if allowed else "16 to 20 bytes" in str(broken)


@pytest.mark.requirement("PWD-02")
@pytest.mark.parametrize("version", OLD_VERSIONS)
def test_owners_of_old_stations_are_held_to_the_rules_of_the_house_alone(version: str) -> None:
    """What a menu of an old station took is no key of 16 to 20 bytes; it must only be as long as any password."""
    rules = credential_rules(version)
    assert rules.breach_by_owner("an old and long password!") is None
    assert rules.breach_by_owner("too short") is not None


@pytest.mark.requirement("PWD-03")
@pytest.mark.parametrize("version", [version.value for version in OcppVersion])
def test_only_stations_of_1_6_over_websockets_show_the_bytes_of_a_key(version: str) -> None:
    """All others show the text, and so does 1.6 when it is no key in digits."""
    rules, key = credential_rules(version), "00ff" * 8
    assert rules.shown(key) == (bytes.fromhex(key) if version == "1.6" else key)
    assert rules.shown(key + "0") == key + "0"
    assert rules.shown("ab") == "ab"
    assert rules.shown(NEW) == NEW


def _set(component: str, variable: str, value: str) -> dict[str, Any]:
    return {"component": {"name": component}, "variable": {"name": variable}, "attributeValue": value}


def _result(item: dict[str, Any], status: str) -> dict[str, Any]:
    return {"component": item["component"], "variable": item["variable"], "attributeStatus": status}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("status", "others"), [("Accepted", "Rejected"), ("RebootRequired", "Rejected"), ("Rejected", "Accepted")]
)
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_a_password_among_variables_is_noticed(version: str, status: str, others: str, order: int) -> None:
    """It is the one whose own result says that the station took it, in whatever order the results come."""
    short, rules = f"v{version.replace('.', '')}", credential_rules(version)
    items = [_set("OCPPCommCtrlr", "HeartbeatInterval", "60"), _set("SecurityCtrlr", "BasicAuthPassword", NEW)]
    request = message(f"{short}:SetVariablesRequest", {"setVariableData": items})
    results = [_result(items[0], others), _result(items[1], status)]
    answer = message(f"{short}:SetVariablesResponse", {"setVariableResult": results[::order]})
    assert rules.new_password(request, answer) == (None if status == "Rejected" else NEW)
    assert (rules.offered(request), rules.verdict(request, answer).value) == (NEW, status)
    assert rules.verdict(request, Refusal("InternalError", "no")) is None
    nameless = [{**one, "variable": {"name": "x"}} for one in results]
    answer = message(f"{short}:SetVariablesResponse", {"setVariableResult": nameless})
    assert rules.verdict(request, answer).value == status
    target = {**items[1], "attributeType": "Target"}
    assert rules.offered(message(f"{short}:SetVariablesRequest", {"setVariableData": [items[0], target]})) is None
    assert rules.new_password(request, Refusal("InternalError", "no")) is None


@pytest.mark.parametrize("version", OLD_VERSIONS)
def test_a_password_among_keys_is_noticed(version: str) -> None:
    """It is the value of AuthorizationKey, in whatever case that is written, when the station took it."""
    rules = credential_rules(version)
    request = message("v16:ChangeConfiguration", {"key": "authorizationKey", "value": NEW})
    for status, known in (("Accepted", NEW), ("RebootRequired", NEW), ("Rejected", None)):
        assert rules.new_password(request, message("v16:ChangeConfigurationResponse", {"status": status})) == known
    assert rules.new_password(request, Refusal("InternalError", "no")) is None
    assert rules.offered(request) == NEW
    other = message("v16:ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"})
    accepted = message("v16:ChangeConfigurationResponse", {"status": "Accepted"})
    assert rules.new_password(other, accepted) is None
    assert rules.new_password(message("v16:ClearCache", {}), accepted) is None
    assert rules.offered(other) is None


def test_a_version_that_nobody_speaks_has_no_rules() -> None:
    """The mistake is named instead of a rule being guessed."""
    with pytest.raises(UnspokenVersion):
        credential_rules("0.9")
