from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from pluglot.csms.facts import StrangerKnocked
from pluglot.csms.records import StrangerRecord
from tests.web.house import MemoryHouse


async def test_a_station_has_the_shape_others_rely_on(viewer: httpx.AsyncClient) -> None:
    """A station shows who it is, when it was last heard and the state of every connector by EVSE."""
    station = (await viewer.get("/api/v1/stations/HB-WESER-1")).json()
    promised = (
        "id ocppVersion connected lastSeenAt vendorName model serialNumber firmwareVersion securityProfile evses "
        "registration"
    )
    assert set(promised.split()) <= set(station)
    assert (station["id"], station["ocppVersion"], station["connected"]) == ("HB-WESER-1", "2.1", True)
    assert [evse["id"] for evse in station["evses"]] == [1, 2]
    connector = station["evses"][0]["connectors"][0]
    assert (connector["id"], connector["status"]) == (1, "Occupied")
    assert datetime.fromisoformat(connector["statusAt"]).tzinfo is not None


async def test_stations_come_by_id_in_cursor_pages(viewer: httpx.AsyncClient) -> None:
    """Following nextCursor gives every station once, in the order of their ids, and ends with null."""
    seen, cursor = [], None
    while True:
        query = {"limit": "4"} | ({"cursor": cursor} if cursor else {})
        page = (await viewer.get("/api/v1/stations", params=query)).json()
        seen += [station["id"] for station in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert len(seen) == 6
    assert seen == sorted(set(seen))


async def test_lists_filter_by_the_names_of_the_fields(viewer: httpx.AsyncClient) -> None:
    """A filter is named as the field and compares exactly."""
    page = (await viewer.get("/api/v1/stations", params={"ocppVersion": "1.6"})).json()
    assert [station["id"] for station in page["items"]] == ["HH-HAFEN-1", "HH-HAFEN-2"]
    page = (await viewer.get("/api/v1/stations", params={"connected": "false"})).json()
    assert [station["id"] for station in page["items"]] == ["HB-WESER-2"]


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("limit=-1", "limit"),
        ("connected=maybe", "connected"),
        ("colour=red", "colour"),
        ("cursor=nonsense", "cursor"),
        ("ocppVersion=" + "9" * 600, "ocppVersion"),
        ("ocppVersion=%00", "ocppVersion"),
    ],
)
async def test_a_wrong_query_is_refused_by_name(viewer: httpx.AsyncClient, query: str, field: str) -> None:
    """A query parameter that is unknown or out of its rule is named in a problem document."""
    answer = await viewer.get(f"/api/v1/stations?{query}")
    problem = answer.json()
    assert answer.status_code == problem["status"] == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["field"] == field
    assert problem["rule"]
    assert {"type", "title", "detail"} <= set(problem)


async def test_a_registered_station_gets_a_password_once(admin: httpx.AsyncClient) -> None:
    """Registering without a password gives one in this answer, and in no later one."""
    answer = await admin.put("/api/v1/stations/NEW-1", json={"securityProfile": 1})
    assert answer.status_code == 201
    assert len(answer.json()["password"]) >= 16
    shown = await admin.get("/api/v1/stations/NEW-1")
    assert "password" not in shown.json()
    assert shown.json()["registration"] == "Unseen"


async def test_a_given_password_is_never_returned(admin: httpx.AsyncClient) -> None:
    """Registering with a password keeps it out of the answer; doing it again is a change, not a creation."""
    body = {"securityProfile": 1, "password": "correct-horse-battery"}
    first = await admin.put("/api/v1/stations/NEW-2", json=body)
    again = await admin.put("/api/v1/stations/NEW-2", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert "password" not in first.json()
    assert "correct-horse" not in first.text


@pytest.mark.requirement("UI-04")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"securityProfile": 9}', "securityProfile"),
        ('{"securityProfile": "one"}', "securityProfile"),
        ('{"password": "short"}', "password"),
        ('{"pasword": "0123456789abcdef"}', "pasword"),
        ('{"note": 7}', "note"),
    ],
)
async def test_registering_checks_its_input(admin: httpx.AsyncClient, body: str, field: str) -> None:
    """What breaks a rule is refused with the field and the rule, and nothing is registered."""
    answer = await admin.put("/api/v1/stations/NEW-3", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["rule"]
    assert (await admin.get("/api/v1/stations/NEW-3")).status_code == 404


@pytest.mark.parametrize("body", ["{", "", "[]", '"text"', "\x80", "{}" * 2])
async def test_a_body_that_is_no_json_object_is_refused(admin: httpx.AsyncClient, body: str) -> None:
    """A body that cannot be read as an object is the asker's problem, never an error of ours."""
    headers = {"Content-Type": "application/json"}
    answer = await admin.put("/api/v1/stations/NEW-3", content=body.encode("latin-1"), headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("identity", ["a.b", "CP*1", "x" * 48, "A|B=C+D@E_F-G"])
async def test_an_identity_has_the_characters_of_ocpp(admin: httpx.AsyncClient, identity: str) -> None:
    """What OCPP allows as an identity can be registered and is found again."""
    assert (await admin.put(f"/api/v1/stations/{identity}", json={})).status_code == 201
    assert (await admin.get(f"/api/v1/stations/{identity}")).json()["id"] == identity


@pytest.mark.parametrize(
    "identity", ["%00", "%1B%5B31m", "%20lead", "a" * 49, "%E2%80%AEevil", "A%2FB", "a:b", "%C3%9C"]
)
async def test_an_identity_that_no_station_could_have_is_refused(admin: httpx.AsyncClient, identity: str) -> None:
    """Other characters and more than 48 are refused with the field and the rule."""
    answer = await admin.put(f"/api/v1/stations/{identity}", json={})
    assert answer.status_code == 422
    assert answer.json()["field"] == "stationId"
    assert "48" in answer.json()["rule"]


@pytest.mark.requirement("UI-04")
async def test_credentials_are_an_administrator_s(operator: httpx.AsyncClient) -> None:
    """An operator neither registers a station nor gives a known one new credentials nor changes its registration."""
    for method, station in (("PUT", "NEW-1"), ("PUT", "HB-WESER-1"), ("PATCH", "HB-WESER-1")):
        answer = await operator.request(method, f"/api/v1/stations/{station}", json={})
        assert (answer.status_code, answer.json()["rule"]) == (403, "admin")


@pytest.mark.requirement("PWD-02")
@pytest.mark.parametrize(("length", "status"), [(15, 422), (16, 201), (41, 201), (64, 201), (65, 422)])
async def test_a_password_has_the_length_of_2_1(admin: httpx.AsyncClient, length: int, status: int) -> None:
    """Up to 64 characters, as 2.1 allows, are taken."""
    answer = await admin.put("/api/v1/stations/NEW-4", json={"password": "p" * length})
    assert answer.status_code == status


async def test_a_station_is_changed_and_removed(admin: httpx.AsyncClient) -> None:
    """The note and the registration can be changed; a removed station is unknown."""
    changed = await admin.patch("/api/v1/stations/HB-WESER-2", json={"note": "to be sold", "registration": "Rejected"})
    assert (changed.json()["note"], changed.json()["registration"]) == ("to be sold", "Rejected")
    kept = await admin.patch("/api/v1/stations/HB-WESER-2", json={"registration": "Accepted"})
    assert kept.json()["note"] == "to be sold"
    assert (await admin.delete("/api/v1/stations/HB-WESER-2")).status_code == 204
    assert (await admin.get("/api/v1/stations/HB-WESER-2")).status_code == 404
    assert (await admin.delete("/api/v1/stations/HB-WESER-2")).status_code == 404
    assert (await admin.patch("/api/v1/stations/HB-WESER-2", json={})).status_code == 404


async def test_a_stranger_is_listed_until_adopted(admin: httpx.AsyncClient, memory: MemoryHouse) -> None:
    """Who was refused at the door is listed with what it offered, and gone once registered."""
    now = datetime.now(UTC)
    stranger = StrangerRecord(
        identity="NEW-9",
        reason="unknown",
        remote_address="127.0.0.1",
        offered_subprotocols=("ocpp1.6",),
        first_seen_at=now,
        last_seen_at=now,
    )
    memory.record(StrangerKnocked(at=now, stranger=stranger))
    listed = (await admin.get("/api/v1/strangers")).json()["items"]
    assert listed[0]["identity"] == "NEW-9"
    assert listed[0]["offeredSubprotocols"] == ["ocpp1.6"]
    await admin.put("/api/v1/stations/NEW-9", json={})
    assert "NEW-9" not in [item["identity"] for item in (await admin.get("/api/v1/strangers")).json()["items"]]


@pytest.mark.requirement("SOAP-09")
async def test_where_a_station_over_soap_is_called_is_an_admins_word(
    admin: httpx.AsyncClient, viewer: httpx.AsyncClient
) -> None:
    """The address is shown to all and set by who registers stations; a bad one is refused with field and rule."""
    path = "/api/v1/stations/HB-WESER-1/address"
    nothing = {"toldUrl": None, "toldFrom": None, "toldAt": None, "registeredUrl": None}
    assert (await viewer.get(path)).json() == nothing
    changed = await admin.put(path, json={"url": "https://192.0.2.7:8443/cp"})
    assert changed.json() == nothing | {"registeredUrl": "https://192.0.2.7:8443/cp"}
    assert (await viewer.get(path)).json() == changed.json()
    for url in ("", "ftp://a/", "http://user@a/", "http://", "http://a b/", "x" * 3000, "http://a/" + "b" * 3000):
        refused = await admin.put(path, json={"url": url})
        assert (refused.status_code, refused.json()["field"]) == (422, "url"), url
    assert (await admin.put(path, json={"url": None})).json() == nothing
    for method in ("GET", "PUT"):
        unknown = await admin.request(method, "/api/v1/stations/NOBODY/address", json={"url": None})
        assert unknown.status_code == 404


async def test_stations_are_filtered_by_the_name_others_use_for_them(viewer: httpx.AsyncClient) -> None:
    """`stationId` narrows the list of stations as it narrows every other list."""
    found = await viewer.get("/api/v1/stations", params={"stationId": "HB-WESER-1"})
    assert [item["id"] for item in found.json()["items"]] == ["HB-WESER-1"]
