from __future__ import annotations

import html
import io
import json
import logging
from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from pluglot.web.api.calls import CALLS
from pluglot.web.api.lists import FILTERS
from pluglot.web.api.openapi import document
from pluglot.web.context import web_for
from pluglot.web.problems import KINDS
from pluglot.web.server import AddressInUse, CannotOpen, Serving, litestar_app, serve
from tests.web.house import MemoryHouse, memory_house
from tests.web.sample import delivered_today, sample_house


async def test_an_occupied_address_is_told(serving: Serving) -> None:
    """A second server on the same address is refused with the address in the message."""
    with pytest.raises(
        AddressInUse, match=rf"^cannot listen on 127\.0\.0\.1:{serving.port}: another program uses this port already$"
    ):
        await serve(memory_house().house, "127.0.0.1", serving.port)


async def test_a_served_house_answers_and_stops(memory: MemoryHouse) -> None:
    """Serving takes a free port, answers over real HTTP, and frees the port when it stops."""
    first = await serve(memory.house, "127.0.0.1", 0)
    async with httpx.AsyncClient(base_url=first.url, timeout=30) as client:
        assert (await client.get("/health/live")).json() == {"status": "alive"}
    await first.stop()
    await first.stop()
    second = await serve(memory.house, "127.0.0.1", first.port)
    await second.stop()


async def test_health_names_what_is_wrong(anyone: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """Ready is 200 while every check passes and 503 with the failing check otherwise; metrics are text."""
    assert (await anyone.get("/health/ready")).json()["checks"] == {"store": None, "transport": None}
    assert (await anyone.get("/metrics")).text.startswith("# HELP")
    broken = msgspec.structs.replace(memory.house, ready=lambda: {"store": "the disk is full"})
    transport = httpx.ASGITransport(app=litestar_app(web_for(broken)))  # type: ignore[arg-type]  # two names of one protocol
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.json()["checks"] == {"store": "the disk is full"}


async def test_the_openapi_document_is_typed_to_the_last_call(anyone: httpx.AsyncClient) -> None:
    """Every path, every call with its 2.1 request and response, every filter and the problem are described."""
    answer = await anyone.get("/api/v1/openapi.json")
    whole = answer.json()
    assert whole["openapi"].startswith("3.1")
    paths, schemas = whole["paths"], whole["components"]["schemas"]
    for name in CALLS:
        call = paths[f"/api/v1/stations/{{stationId}}/calls/{name}"]["post"]
        reference = call["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert schemas[reference.removeprefix("#/components/schemas/")]["type"] == "object"
        assert {"404", "422", "501", "502", "503", "504"} <= set(call["responses"])
    reset = schemas["Ocpp21.ResetRequest"]
    assert reset["required"] == ["type"]
    assert '"null"' not in json.dumps({name: schema for name, schema in schemas.items() if name.startswith("Ocpp21.")})
    for name, filters in FILTERS.items():
        described = {parameter["name"] for parameter in paths[f"/api/v1/{name}"]["get"]["parameters"]}
        assert described == {"limit", "cursor", *filters}
    assert set(schemas["Problem"]["properties"]["type"]["enum"]) == {f"/problems/{name}" for name in KINDS}
    _references_lead_somewhere(whole)


def _references_lead_somewhere(whole: dict[str, object]) -> None:
    text = json.dumps(whole)
    schemas = whole["components"]["schemas"]  # type: ignore[index]
    for reference in {part.split('"', 1)[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}:
        assert reference in schemas, reference


def test_the_document_covers_every_route() -> None:
    """No route of the API is missing from the document, and path parameters are named in camel case."""
    paths = document()["paths"]
    assert len(paths) == 13 + len(CALLS)
    assert "/api/v1/transactions/{stationId}/{transactionId}" in paths
    assert "/api/v1/tokens/{type}/{idToken}" in paths


async def test_every_problem_type_is_explained(anyone: httpx.AsyncClient) -> None:
    """The address a problem document names leads to a page that says what to do."""
    for name, kind in KINDS.items():
        page = await anyone.get(f"/problems/{name}")
        assert page.status_code == 200
        assert kind.title in html.unescape(page.text)


async def test_a_page_tells_a_picture_loaded_from_the_store(admin: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """The first page adds up what the lists hold, without having heard a single fact."""
    page = await admin.get("/", headers={"Accept": "text/html"})
    assert "151.4" in page.text
    assert delivered_today(memory, datetime.now(UTC)) in page.text
    assert len(memory.lists.all_transactions) == 19


def test_what_was_delivered_yesterday_is_not_of_today() -> None:
    """In the evening all sessions of the sample are of today; soon after midnight those that ended before are not."""
    evening, night = datetime(2026, 5, 1, 21, tzinfo=UTC), datetime(2026, 5, 2, 0, 10, tzinfo=UTC)
    assert delivered_today(sample_house(evening), evening) == "303.33"
    assert 0 < float(delivered_today(sample_house(night), night)) < 303


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1", "a..b"])
async def test_an_address_that_is_not_here_is_named(memory: MemoryHouse, host: str) -> None:
    """A name nobody knows and an address of another machine end in one kind of error that says which and why."""
    with pytest.raises(CannotOpen, match=f"^cannot listen on {host}:1024: .") as error:
        await serve(memory.house, host, 1024)
    assert not isinstance(error.value, AddressInUse)


async def test_describing_the_api_leaves_logging_alone(anyone: httpx.AsyncClient) -> None:
    """The first look at the OpenAPI document changes neither handlers nor level of the process's logging."""
    root, ours = logging.getLogger(), logging.StreamHandler(io.StringIO())
    root.addHandler(ours)
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        before = list(root.handlers)
        assert (await anyone.get("/api/v1/openapi.json")).status_code == 200
        document()  # which the route does the first time only
        assert root.handlers == before
        assert root.level == logging.ERROR
    finally:
        root.removeHandler(ours)
        root.setLevel(level)


def test_tables_are_described() -> None:
    """The document says which lists are also given as text/csv."""
    paths = document()["paths"]
    for name in ("transactions", "meter-values"):
        assert set(paths[f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]) == {"application/json", "text/csv"}
