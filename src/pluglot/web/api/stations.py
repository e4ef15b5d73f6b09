"""Stations: list, show, register, change, remove; and the strangers at the door."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET

from pluglot.csms.records import AddressRecord
from pluglot.web.api.lists import Asked, asked, page_of
from pluglot.web.api.shapes import (
    AddressInput,
    AddressShape,
    RegisteredShape,
    StationChangeInput,
    StationRegistrationInput,
    StationShape,
    StationsPage,
    StrangersPage,
    station_members,
    station_shape,
)
from pluglot.web.context import Web
from pluglot.web.problems import Problem
from pluglot.web.security import ADMIN, REGISTRAR, VIEWER


@get("/stations", opt={"right": VIEWER}, tags=["stations"], summary="List stations by id")
async def list_stations(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> StationsPage:
    """All registered stations, connected or not."""
    page = await page_of(web.house.lists.stations, asked(request, "stations"))
    return StationsPage(items=[station_shape(station) for station in page.items], next_cursor=page.next_cursor)


@get("/stations/{station_id:str}", opt={"right": VIEWER}, tags=["stations"], summary="Show a station")
async def show_station(station_id: FromPath[str], web: NamedDependency[Web]) -> StationShape:
    """One station with its EVSEs, connectors and their last known states."""
    station = await web.house.operations.station(station_id)
    if station is None:
        raise Problem("unknown-station")
    return station_shape(station)


@put("/stations/{station_id:str}", opt={"right": REGISTRAR}, tags=["stations"], summary="Register a station")
async def register_station(
    station_id: FromPath[str], data: JSONBody[StationRegistrationInput], web: NamedDependency[Web]
) -> Response[RegisteredShape]:
    """Create a station or give it new credentials; a generated password is in the answer, this once.

    A stranger at the door is adopted this way too.
    """
    credential = await web.house.operations.register_station(
        station_id, security_profile=data.security_profile, password=data.password, note=data.note
    )
    shape = RegisteredShape(**station_members(credential.station), password=credential.password or UNSET)
    return Response(shape, status_code=201 if credential.created else 200)


@patch("/stations/{station_id:str}", opt={"right": REGISTRAR}, tags=["stations"], summary="Change a station")
async def change_station(
    station_id: FromPath[str], data: JSONBody[StationChangeInput], web: NamedDependency[Web]
) -> StationShape:
    """Change the note or the registration of a station."""
    changes = {name: value for name in ("note", "registration") if (value := getattr(data, name)) is not UNSET}
    station = await web.house.operations.change_station(station_id, changes)
    if station is None:
        raise Problem("unknown-station")
    return station_shape(station)


@get("/stations/{station_id:str}/address", opt={"right": VIEWER}, tags=["stations"], summary="Show where it is called")
async def show_address(station_id: FromPath[str], web: NamedDependency[Web]) -> AddressShape:
    """Where a station over SOAP is called: what it told, and what was registered, which goes first."""
    return _address_shape(await web.house.operations.station_address(station_id))


@put(
    "/stations/{station_id:str}/address", opt={"right": REGISTRAR}, tags=["stations"], summary="Say where it is called"
)
async def register_address(
    station_id: FromPath[str], data: JSONBody[AddressInput], web: NamedDependency[Web]
) -> AddressShape:
    """Register where a station over SOAP listens, instead of what it tells; null takes that back."""
    return _address_shape(await web.house.operations.register_address(station_id, data.url))


def _address_shape(record: AddressRecord | None) -> AddressShape:
    if record is None:
        raise Problem("unknown-station")
    return AddressShape(
        told_url=record.told_url,
        told_from=record.told_from,
        told_at=record.told_at,
        registered_url=record.registered_url,
    )


@delete("/stations/{station_id:str}", opt={"right": ADMIN}, tags=["stations"], summary="Remove a station")
async def remove_station(station_id: FromPath[str], web: NamedDependency[Web]) -> None:
    """Forget a station and its credentials; its transactions stay."""
    if not await web.house.operations.remove_station(station_id):
        raise Problem("unknown-station")


@get("/strangers", opt={"right": VIEWER}, tags=["stations"], summary="List who was not let in")
async def list_strangers(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> StrangersPage:
    """Connections refused at the door, newest first; adopt one by registering its identity."""
    wanted: Asked = asked(request, "strangers")
    page = await page_of(web.house.lists.strangers, wanted, filtered=False)
    return StrangersPage(items=list(page.items), next_cursor=page.next_cursor)
