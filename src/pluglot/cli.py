"""The command ``pluglot``: what people type, turned into settings and programs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import structlog
import uvloop
from cyclopts import App, Parameter
from rich.console import Console

import pluglot
from pluglot import telemetry
from pluglot.app import administration, collector
from pluglot.app.bridge import BridgeProgram
from pluglot.app.csms import CsmsProgram
from pluglot.app.demo import run_demo
from pluglot.app.machine import several_processors
from pluglot.app.stations import run_stations
from pluglot.settings import (
    BridgeSettings,
    CsmsSettings,
    DemoSettings,
    StationSettings,
    WrongSetting,
    admin_token,
    load,
    unknown_variables,
)
from pluglot.station import InvalidSetting, JournalUnavailable
from pluglot.store import StoreUnavailable
from pluglot.transport import CannotListen
from pluglot.web.base import InvalidInput
from pluglot.web.server import AddressInUse, CannotOpen

#: What ends a program with a sentence instead of a traceback.
EXPECTED: Final = (
    WrongSetting,
    StoreUnavailable,
    JournalUnavailable,
    CannotListen,
    AddressInUse,
    CannotOpen,
    InvalidInput,
    InvalidSetting,
    administration.Refused,
)
WRONG_USE: Final = 2
UNFINISHED: Final = 1

Result = TypeVar("Result")

app = App(name="pluglot", version=pluglot.__version__, help="EV charging in every OCPP version.")
users = App(name="user", help="People who may log in to the pages.")
tokens = App(name="token", help="Bearer tokens for the API.")
database = App(name="database", help="The database of `pluglot csms`: bring it to the form of this version.")
app.command(users)
app.command(tokens)
app.command(database)

Config = Annotated[
    Path | None,
    Parameter(
        help="A pluglot.toml with a table of settings for each of csms, station and bridge.", env_var="PLUGLOT_CONFIG"
    ),
]
PersonName = Annotated[str, Parameter(help="What the person logs in with.")]
TokenName = Annotated[str, Parameter(help="What the token is called in lists, such as the script that uses it.")]
Role = Annotated[str, Parameter(help="viewer (reads), operator (also commands stations), admin (also registers them).")]
Database = Annotated[str | None, Parameter(help="sqlite:///PATH; sqlite:///pluglot.db when not given.")]

ChargeFor = Annotated[
    float | None, Parameter(help="Charge that many seconds, deliver everything, and end; without it, stay.")
]
SoapListen = Annotated[str | None, Parameter(help="HOST:PORT where a station over SOAP is called [127.0.0.1:0].")]
SoapUrl = Annotated[str | None, Parameter(help="The URL it tells its central system, when that is another address.")]


@app.command
def csms(
    *,
    config: Config = None,
    listen: Annotated[str | None, Parameter(help="HOST:PORT where stations connect [127.0.0.1:9000].")] = None,
    soap: Annotated[bool | None, Parameter(help="Serve OCPP over SOAP, too.")] = None,
    web: Annotated[str | None, Parameter(help="HOST:PORT of pages and API [127.0.0.1:8080].")] = None,
    database: Database = None,
    bus: Annotated[str | None, Parameter(help="memory: for one node.")] = None,
    accept_unknown: Annotated[
        bool | None, Parameter(help="Adopt every station that connects; closed laboratory networks only.")
    ] = None,
) -> None:
    """Run the management system: stations of every version, the API and the pages."""
    settings = load(
        CsmsSettings,
        "csms",
        file=config,
        environment=os.environ,
        arguments={
            "listen": listen,
            "soap": soap,
            "web": web,
            "database": database,
            "bus": bus,
            "accept_unknown": accept_unknown,
        },
    )
    telemetry.configure(settings.log_format, settings.log_level)
    run(_serve(settings, admin_token(os.environ)))


async def _serve(settings: CsmsSettings, token: str | None) -> None:
    async with CsmsProgram(settings, admin_token=token, writes_apart=several_processors()) as program:
        collector.look_seldom()
        stations, pages, link = program.station_address, program.serving.url, program.one_time_link
        if settings.log_format == "json":
            structlog.get_logger().info("serving", stations=stations, pages=pages)
            if link:
                structlog.get_logger().warning("the admin password is not set", set_it_once_at=link)
        else:
            say(f"Stations connect to [bold]{stations}/[/]…, pages are at [bold]{pages}[/].")
            if link:
                say(f"Set the admin password, once, at [bold]{link}[/]")
        await _first_of(until_told_to_stop(), program.until_broken())


async def _first_of(*waits: Coroutine[Any, Any, None]) -> None:
    """Wait until one of them is over; what it raises is raised here."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@app.command
def station(  # noqa: PLR0913 - each option of the command is one parameter
    url: Annotated[str, Parameter(help="The CSMS, without the identity: ws://127.0.0.1:9000/ocpp (SOAP: http://…)")],
    /,
    *,
    id: Annotated[str, Parameter(help="The station's identity; with --count it is numbered.")],  # noqa: A002 - the option's name
    config: Config = None,
    ocpp: Annotated[str | None, Parameter(help="1.6, 2.0, 2.0.1 or 2.1 [2.1]; 1.2s, 1.5s or 1.6s over SOAP.")] = None,
    password: Annotated[str | None, Parameter(help="For HTTP Basic; better in PLUGLOT_PASSWORD.")] = None,
    count: Annotated[int | None, Parameter(help="How many stations to run [1].")] = None,
    evses: Annotated[int | None, Parameter(help="EVSEs of each station [2].")] = None,
    charge: ChargeFor = None,
    token: Annotated[str | None, Parameter(help="The driver's token [DEMO-TOKEN-1].")] = None,
    token_type: Annotated[str | None, Parameter(help="Its type [Central].")] = None,
    speed: Annotated[float | None, Parameter(help="How much faster than real time vehicles charge [1].")] = None,
    sample_interval: Annotated[float | None, Parameter(help="Whole seconds between meter values [60].")] = None,
    control: Annotated[str | None, Parameter(help="HOST:PORT of the control API.")] = None,
    soap_listen: SoapListen = None,
    soap_url: SoapUrl = None,
    state: Annotated[str | None, Parameter(help="Folder of the durable queue; without it, in memory only.")] = None,
) -> None:
    """Run simulated charging stations of any version."""
    arguments = {
        "ocpp": ocpp, "password": password, "count": count, "evses": evses, "charge": charge, "token": token,
        "token_type": token_type, "speed": speed, "sample_interval": sample_interval, "control": control,
        "soap_listen": soap_listen, "soap_url": soap_url, "state": state,
    }  # fmt: skip
    settings = load(StationSettings, "station", file=config, environment=os.environ, arguments=arguments)
    telemetry.configure(settings.log_format, settings.log_level)
    unfinished = run(run_stations(url, id, settings, until_told_to_stop))
    for sentence in unfinished:
        complain(sentence)
    if unfinished:
        sys.exit(UNFINISHED)


@app.command
def bridge(  # noqa: PLR0913 - each option of the command is one parameter
    *,
    config: Config = None,
    to: Annotated[str | None, Parameter(help="The CSMS, without the identity: ws://csms.example.com/ocpp")] = None,
    as_: Annotated[
        str | None,
        Parameter(name="--as", help="The version spoken to the CSMS: 1.2s, 1.5s, 1.6s, 1.6, 2.0, 2.0.1 or 2.1."),
    ] = None,
    listen: Annotated[str | None, Parameter(help="HOST:PORT where stations connect [127.0.0.1:9001].")] = None,
    state: Annotated[str | None, Parameter(help="Folder of what survives a restart [pluglot-bridge].")] = None,
    mode: Annotated[
        str | None,
        Parameter(help="transparent: no uplink, no station. store-and-forward: answer for the CSMS while it is away."),
    ] = None,
    credentials: Annotated[
        str | None, Parameter(help="TOML file with the passwords of both hops for each station.")
    ] = None,
    web: Annotated[str | None, Parameter(help="HOST:PORT of the status page; without it there is none.")] = None,
    soap: Annotated[bool | None, Parameter(help="Serve stations of OCPP over SOAP too.")] = None,
) -> None:
    """Put stations of any version before a management system of another."""
    arguments = {
        "to": to,
        "as": as_,
        "listen": listen,
        "state": state,
        "mode": mode,
        "credentials": credentials,
        "web": web,
        "soap": soap,
    }
    settings = load(BridgeSettings, "bridge", file=config, environment=os.environ, arguments=arguments)
    telemetry.configure(settings.log_format, settings.log_level)
    run(_bridge(settings))


async def _bridge(settings: BridgeSettings) -> None:
    async with BridgeProgram(settings) as program:
        stations, page = program.station_address, program.page
        if settings.log_format == "json":
            structlog.get_logger().info("serving", stations=stations, to=settings.to, version=settings.as_, page=page)
        else:
            say(f"Stations connect to [bold]{stations}/[/]…, and reach {settings.to} as {settings.as_}.")
            if page is not None:
                say(f"What goes on is shown at [bold]{page}[/].")
        await until_told_to_stop()


@app.command
def demo(
    *,
    seconds: Annotated[
        float | None, Parameter(help="End after that many seconds; without it, run until Ctrl-C.")
    ] = None,
    json: Annotated[bool, Parameter(help="Print one JSON object at the end.", negative="")] = False,
    browser: Annotated[bool, Parameter(help="Open the first page in a browser.")] = True,
    listen: Annotated[
        str | None,
        Parameter(help="HOST:PORT where stations connect [127.0.0.1:9000, or a free port when that is taken]."),
    ] = None,
    web: Annotated[
        str | None, Parameter(help="HOST:PORT of the pages [127.0.0.1:8080, or a free port when that is taken].")
    ] = None,
) -> None:
    """Run a whole charging network: a management system, stations of every road to it, vehicles, and the pages."""
    arguments = {"listen": listen, "web": web, "seconds": seconds}
    settings = load(DemoSettings, "demo", file=None, environment=os.environ, arguments=arguments)
    telemetry.configure("console", "error")
    run(run_demo(as_json=json, browser=browser, settings=settings, until_told_to_stop=until_told_to_stop))


@users.command(name="add")
def add_user(name: PersonName, /, *, role: Role = "viewer", database: Database = None, config: Config = None) -> None:
    """Let a person log in, or give them a new password; it is asked for, or read from standard input."""
    run(administration.add_user(_database(database, config), name, role))


@users.command(name="list")
def list_users(*, database: Database = None, config: Config = None) -> None:
    """Show who may log in."""
    run(administration.list_users(_database(database, config)))


@users.command(name="remove")
def remove_user(name: PersonName, /, *, database: Database = None, config: Config = None) -> None:
    """Let a person log in no more."""
    run(administration.remove_user(_database(database, config), name))


@tokens.command(name="create")
def create_token(
    name: TokenName,
    /,
    *,
    role: Role = "operator",
    days: Annotated[int | None, Parameter(help="Days until it expires; without it, it holds until revoked.")] = None,
    database: Database = None,
    config: Config = None,
) -> None:
    """Make a bearer token for the API and print it, once."""
    run(administration.create_token(_database(database, config), name, role, days))


@tokens.command(name="list")
def list_tokens(*, database: Database = None, config: Config = None) -> None:
    """Show the bearer tokens, without their secrets."""
    run(administration.list_tokens(_database(database, config)))


@tokens.command(name="revoke")
def revoke_token(name: TokenName, /, *, database: Database = None, config: Config = None) -> None:
    """Make a bearer token useless."""
    run(administration.revoke_token(_database(database, config), name))


@database.command(name="migrate")
def migrate_database(*, database: Database = None, config: Config = None) -> None:
    """Create the database, or bring it to the form this version needs; `pluglot csms` does so by itself."""
    run(administration.migrate(_database(database, config)))


def _database(given: str | None, config: Path | None) -> str:
    settings = load(CsmsSettings, "csms", file=config, environment=os.environ, arguments={"database": given})
    return settings.database


async def until_told_to_stop() -> None:
    """Return on Ctrl-C or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()


def run(program: Coroutine[Any, Any, Result]) -> Result:
    """Run a program on the fast event loop."""
    return uvloop.run(program)


def say(sentence: str) -> None:
    """Tell people on standard error how a program is reached; where the log is JSON, it says so instead."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(sentence)


def complain(why: str) -> None:
    """Say on standard error what is wrong."""
    Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(f"pluglot: {why}")


def main() -> None:
    """Run the command line; what is wrong with it or with its surroundings is said in one sentence."""
    for sentence in unknown_variables(os.environ):
        complain(sentence)
    try:
        app()
    except EXPECTED as error:
        complain(str(error))
        sys.exit(WRONG_USE)
    except KeyboardInterrupt:
        sys.exit(130)
