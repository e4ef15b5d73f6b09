"""What the API answers is what its document says: every status, every media type, every member."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import pytest

from pluglot.web.api import openapi
from pluglot.web.api.lists import CHOICES, FILTERS
from pluglot.web.server import Serving
from tests.web.conftest import bearer
from tests.web.house import MemoryHouse

ROOT = "/api/v1"
STATION, TOKEN = "/stations/{stationId}", "/tokens/{type}/{idToken}"
#: The address as the document has it, as it is asked, and what is asked, in this order.
ASKED: list[tuple[str, str, str, dict[str, Any], int]] = [
    *[("GET", f"/{name}", f"/{name}?limit=1000", {}, 200) for name in FILTERS],
    *[("GET", f"/{name}", f"/{name}?limit=0", {}, 400) for name in FILTERS],
    *[
        ("GET", f"/{name}", f"/{name}?limit=9", {"accept": "text/csv"}, 200)
        for name in ("transactions", "meter-values")
    ],
    ("GET", STATION, "/stations/HB-WESER-2", {}, 200),
    ("GET", STATION, "/stations/NOBODY", {}, 404),
    ("PUT", STATION, "/stations/NEW", {"json": {}}, 201),
    ("PUT", STATION, "/stations/NEW", {"json": {"note": "again"}}, 200),
    ("PUT", STATION, "/stations/NEW", {"json": {"securityProfile": 9}}, 422),
    ("PUT", STATION, "/stations/NEW", {"content": b"{"}, 400),
    ("PUT", STATION, "/stations/NEW", {"content": b" " * 2_000_000}, 413),
    ("PATCH", STATION, "/stations/NEW", {"json": {"registration": "Accepted"}}, 200),
    ("PATCH", STATION, "/stations/NEW", {"json": {"registration": "Unseen"}}, 422),
    ("PUT", f"{STATION}/address", "/stations/NEW/address", {"json": {"url": "http://127.0.0.1/"}}, 200),
    ("GET", f"{STATION}/address", "/stations/NEW/address", {}, 200),
    ("DELETE", STATION, "/stations/NEW", {}, 204),
    ("PUT", TOKEN, "/tokens/Central/NEW", {"json": {}}, 201),
    ("PUT", TOKEN, "/tokens/Central/NEW", {"json": {"expiresAt": "2030-01-01T00:00:00Z"}}, 200),
    ("GET", TOKEN, "/tokens/Central/NEW", {}, 200),
    ("DELETE", TOKEN, "/tokens/Central/NEW", {}, 204),
    ("DELETE", TOKEN, "/tokens/Central/NEW", {}, 404),
    ("GET", "/transactions/{stationId}/{transactionId}", "/transactions/A/B", {}, 404),
    ("GET", "/messages/{messageId}", "/messages/1", {}, 200),
    ("POST", f"{STATION}/calls/Reset", "/stations/HB-WESER-2/calls/Reset", {"json": {"type": "OnIdle"}}, 503),
    ("POST", f"{STATION}/calls/Reset", "/stations/HB-WESER-2/calls/Reset", {"json": {"type": "Soft"}}, 422),
]


document = cache(openapi.document)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of the document."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@cache
def validator(method: str, path: str, status: int, media_type: str) -> Any:
    """What holds a body against its schema; KeyError when the document does not know such an answer."""
    whole = document()
    content = whole["paths"][f"{ROOT}{path}"][method.lower()]["responses"][str(status)]["content"]
    schema = {"components": whole["components"], **content[media_type]["schema"]}
    return jsonschema_rs.Draft202012Validator(schema)


@pytest.mark.requirement("UI-04")
async def test_every_answer_is_one_that_the_document_tells(admin: httpx.AsyncClient) -> None:
    """Status, media type and body of each answer stand in the document for this method and address."""
    for method, path, address, asked, status in ASKED:
        headers = {"Accept": asked["accept"]} if "accept" in asked else {}
        body = {name: value for name, value in asked.items() if name != "accept"}
        answer = await admin.request(method, ROOT + address, headers=headers, **body)
        where = (method, address, answer.text[:200])
        assert answer.status_code == status, where
        if status == 204:
            responses = document()["paths"][f"{ROOT}{path}"][method.lower()]["responses"]
            assert "content" not in responses["204"], where
            continue
        media_type = answer.headers["content-type"].partition(";")[0]
        valid = validator(method, path, status, media_type)
        told = answer.json() if media_type.endswith("json") else answer.text
        assert [error.message for error in valid.iter_errors(told)] == [], where


@pytest.mark.requirement("UI-04")
async def test_a_store_that_cannot_be_used_is_an_answer_of_every_operation(
    viewer: httpx.AsyncClient, memory: MemoryHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 is documented wherever something is kept or read, which is everywhere."""

    class Away(Exception):
        means_unavailable = True

    async def away(**_: Any) -> Any:
        raise Away("the disk is full")

    monkeypatch.setattr(memory.lists, "tokens", away)
    answer = await viewer.get(f"{ROOT}/tokens")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
    assert [(path, method) for path, method, operation in operations() if "503" not in operation["responses"]] == []
    assert validator("GET", "/tokens", 503, "application/problem+json").is_valid(answer.json())


@pytest.mark.requirement("UI-04")
async def test_live_changes_are_a_stream_of_events_in_the_document_too(serving: Serving) -> None:
    """The media type of the stream is the one that is told."""
    headers = bearer("viewer")
    async with (
        httpx.AsyncClient(base_url=serving.url, headers=headers) as client,
        client.stream("GET", f"{ROOT}/live") as answer,
    ):
        media_type = answer.headers["content-type"].partition(";")[0]
    told = document()["paths"][f"{ROOT}/live"]["get"]["responses"]["200"]["content"]
    assert (answer.status_code, list(told)) == (200, [media_type])


@pytest.mark.requirement("UI-04")
def test_filters_tell_their_values() -> None:
    """Where a filter has a few values, they stand in the document."""
    for name, filters in FILTERS.items():
        parameters = {one["name"]: one["schema"] for one in document()["paths"][f"{ROOT}/{name}"]["get"]["parameters"]}
        for one in set(filters) & set(CHOICES):
            assert parameters[one]["enum"] == list(CHOICES[one])


@pytest.mark.requirement("UI-04")
def test_a_registration_tells_its_values() -> None:
    """What a station may be made to be stands in the schema of the change."""
    change = document()["components"]["schemas"]["StationChangeInput"]["properties"]["registration"]
    assert change["enum"] == ["Accepted", "Pending", "Rejected"]
