"""Every refusal says what is wrong: the field, the rule, and where there are only some values, which."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

PHASES = "Started, EVConnected, Charging, SuspendedEV, SuspendedEVSE, Idle, Ended"
BODY, NO_JSON = ("body", "one JSON object"), ("body", "one JSON object in UTF-8")


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(
    ("address", "field", "values"),
    [
        ("transactions?state=foo", "state", PHASES),
        ("transactions?stoppedReason=foo", "stoppedReason", "EmergencyStop"),
        ("transactions?ocppVersion=9", "ocppVersion", "1.2s, 1.5s, 1.6s, 1.6, 2.0, 2.0.1, 2.1"),
        ("stations?ocppVersion=ocpp2.1", "ocppVersion", "2.0.1, 2.1"),
        ("stations?registration=accepted", "registration", "Unseen, Pending, Accepted, Rejected"),
        ("messages?direction=x", "direction", "in, out"),
        ("messages?outcome=x", "outcome", "answered, refused, timed-out, abandoned, rejected, sent"),
        ("events?severity=x", "severity", "info, warning, error"),
        ("events?kind=x", "kind", "device, security, house"),
        ("tokens?type=iso14443", "type", "Central, DirectPayment, eMAID"),
    ],
)
async def test_a_filter_with_a_value_it_cannot_have_is_refused(
    viewer: httpx.AsyncClient, address: str, field: str, values: str
) -> None:
    """Nobody takes a slip of the pen for an empty list: the values there are stand in the answer, and on the page."""
    answer = await viewer.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert answer.json()["rule"].startswith("one of ")
    assert values in answer.json()["rule"]
    assert answer.json()["detail"].startswith(f"{field}: '{address.partition('=')[2]}' is not one of ")
    if not address.startswith("stations"):
        assert (await viewer.get(f"/{address}")).status_code == 400


async def test_a_filter_with_a_nul_character_is_refused_as_such(viewer: httpx.AsyncClient) -> None:
    """It is not said to be too long."""
    answer = await viewer.get("/api/v1/stations?stationId=%00")
    assert (answer.status_code, answer.json()["rule"]) == (400, "text without NUL characters")


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(
    ("content", "status", "about"),
    [
        (b"", 422, BODY),
        (b"{", 400, NO_JSON),
        (b"a=b", 400, NO_JSON),
        (b'{"note": "\xff"}', 400, NO_JSON),
        (b"[" * 100_000, 400, NO_JSON),
        (b"[]", 422, ("body", "Expected `object`, got `array`")),
        (b"null", 422, ("body", "Expected `object`, got `null`")),
    ],
    ids=["nothing", "cut", "a form", "no UTF-8", "too deep", "a list", "null"],
)
@pytest.mark.parametrize(
    ("method", "address"), [("PUT", "stations/X"), ("PATCH", "stations/HB-WESER-2"), ("PUT", "tokens/Central/X")]
)
async def test_a_body_that_is_none_is_refused_as_such(
    admin: httpx.AsyncClient, method: str, address: str, content: bytes, status: int, about: tuple[str, str]
) -> None:
    """Whatever stands where one JSON object should stand is the fault of whoever sent it, who is told so."""
    answer = await admin.request(method, f"/api/v1/{address}", content=content)
    problem = answer.json()
    assert (answer.status_code, (problem["field"], problem["rule"])) == (status, about)


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize("wrong", ["foo", "Unseen", "accepted"])
async def test_a_registration_that_cannot_be_is_refused_with_those_that_can(
    admin: httpx.AsyncClient, wrong: str
) -> None:
    """A station that has booted is not made Unseen again either."""
    answer = await admin.patch("/api/v1/stations/HB-WESER-2", json={"registration": wrong})
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, "registration")
    assert problem["rule"] == "must be one of Accepted, Pending, Rejected"


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("stations/NOBODY", "stationId"),
        ("stations/NOBODY/address", "stationId"),
        ("tokens/Central/NOPE", "idToken"),
        ("transactions/HB-WESER-2/NOPE", "transactionId"),
        ("messages/123456789", "messageId"),
        ("messages/-1", "messageId"),
        (f"messages/{2**63}", "messageId"),
    ],
)
async def test_what_there_is_not_is_named(viewer: httpx.AsyncClient, address: str, field: str) -> None:
    """A 404 says which part of the address stands for nothing, and what would stand for something."""
    answer = await viewer.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.json()["field"]) == (404, field)
    assert answer.json()["rule"]


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize("count", [0, 2**31, 2**63, 2**64, 10**30])
async def test_as_many_transactions_as_can_be_counted(operator: httpx.AsyncClient, count: int) -> None:
    """A number that no database column holds is refused, by the API and by the form."""
    answer = await operator.put("/api/v1/tokens/Central/X", json={"concurrentTransactions": count})
    assert (answer.status_code, answer.json()["field"]) == (422, "concurrentTransactions")
    form = {"idToken": "X", "type": "Central", "concurrentTransactions": str(count)}
    page = await operator.post("/tokens", data=form)
    assert page.status_code == 422
    assert "concurrentTransactions: " in page.text


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize("identity", ["%2E", "%2e%2e"])
async def test_an_identity_that_no_address_can_end_with_is_refused(admin: httpx.AsyncClient, identity: str) -> None:
    """A dot or two are taken out of an address on the way, so that such a station could never connect."""
    answer = await admin.put(f"/api/v1/stations/{identity}", json={})
    assert (answer.status_code, answer.json()["field"]) == (422, "stationId")
    assert ". and .. alone" in answer.json()["rule"]


@pytest.mark.requirement("UI-04")
async def test_a_call_with_a_value_it_cannot_have_names_those_it_can(operator: httpx.AsyncClient) -> None:
    """The rule holds the values of the enumeration."""
    answer = await operator.post("/api/v1/stations/HB-WESER-2/calls/Reset", json={"type": "Soft"})
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["field"]) == (422, "type")
    assert problem["rule"] == "expected one of Immediate, OnIdle, ImmediateAndResume"
