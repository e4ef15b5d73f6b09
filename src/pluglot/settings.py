"""Settings: defaults, then ``pluglot.toml``, then ``PLUGLOT_…`` in the environment, then the command line.

Whatever is wrong is refused at start with the key, the value and the rule. A room's own settings type stays with the
room; here stands what an operator can set.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, get_type_hints

import msgspec

from pluglot.messages.codec import LeniencyRule

ENVIRONMENT_PREFIX: Final = "PLUGLOT_"
MIN_ADMIN_TOKEN: Final = 32
#: Variables of the environment that belong to no command's settings.
ELSEWHERE: Final = frozenset(
    {"PLUGLOT_ADMIN_TOKEN", "PLUGLOT_CONFIG", "PLUGLOT_WSDL_DIR", "PLUGLOT_TEST_CHROMIUM", "PLUGLOT_BENCH_PASSWORD"}
)

Seconds = Annotated[float, msgspec.Meta(ge=0.05, le=86400)]
InvalidPerMinute = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
MessagesPerMinute = Annotated[int, msgspec.Meta(ge=60, le=10_000_000)]
Address = Annotated[str, msgspec.Meta(pattern=r"^(\[[0-9a-fA-F:]+\]|[^:\[\]\s]+):\d{1,5}$")]
Origin = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/?#]+$")]
SoapCallable = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.:-]+(/\d{1,3})?$", max_length=255)]
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s?#@]+$", max_length=2048)]
Network = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Fa-f.:]+(/\d{1,3})?$", max_length=64)]
Leniency = Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(LeniencyRule)})$")]


class WrongSetting(ValueError):
    """A setting is not what it must be; the text names the key, the value and the rule."""

    def __init__(self, key: str, value: object, rule: str) -> None:
        super().__init__(f"{key} = {value!r}: {rule}")
        self.key = key
        self.value = value
        self.rule = rule


class CsmsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of ``pluglot csms`` (table ``[csms]`` of the file)."""

    #: Where stations connect (OCPP-J).
    listen: Address = "127.0.0.1:9000"
    #: Where pages and API are served.
    web: Address = "127.0.0.1:8080"
    database: Annotated[str, msgspec.Meta(pattern=r"^sqlite:///(?!:memory:$).+$")] = "sqlite:///pluglot.db"
    bus: Annotated[str, msgspec.Meta(pattern=r"^memory:$")] = "memory:"
    #: Serve OCPP over SOAP (1.2, 1.5, 1.6) on the same listener.
    soap: bool = False
    #: Which addresses of stations over SOAP are called: ``own`` (where its message came from), ``public``,
    #: ``private``, networks and host names.
    soap_call: tuple[SoapCallable, ...] = ("own",)
    #: Call stations over SOAP by https only.
    soap_https_only: bool = False
    #: Mistakes over SOAP that are not overlooked, by name; ``all`` for every one.
    soap_strict: tuple[str, ...] = ()
    #: Adopt every station that connects, whoever it is; for closed laboratory networks.
    accept_unknown: bool = False
    #: Answer unknown stations and wrong passwords alike (WS-03).
    hide_identities: bool = False
    #: What happens to a second living link of one identity: ``keep`` the old, or ``replace`` it (HRD-03).
    second_link: Annotated[str, msgspec.Meta(pattern=r"^(keep|replace)$")] = "keep"
    heartbeat_interval: Annotated[int, msgspec.Meta(ge=1, le=86400)] = 300
    call_timeout: Seconds = 30.0
    ping_interval: Seconds = 60.0
    pong_timeout: Seconds = 20.0
    #: The largest OCPP message taken, in bytes.
    message_size: Annotated[int, msgspec.Meta(ge=1024, le=16 * 1024 * 1024)] = 65536
    #: Invalid messages from one station within a minute before its link is closed (ERR-06).
    invalid_messages_per_minute: InvalidPerMinute = 120
    #: Messages of one station within a minute that are served; more are refused, and counted as invalid (HRD-06).
    messages_per_minute: MessagesPerMinute = 60_000
    #: When no offered subprotocol is spoken here: ``refuse`` the upgrade, or finish it and ``close-after`` (WS-07).
    no_common_subprotocol: Annotated[str, msgspec.Meta(pattern=r"^(refuse|close-after)$")] = "refuse"
    #: Origins that may connect as stations; no station sends one, so that a browser's page is refused (WS-17).
    allowed_origins: tuple[Origin, ...] = ()
    #: Reverse proxies whose X-Forwarded-For is believed, for stations and for people.
    trusted_proxies: tuple[Network, ...] = ()
    #: Networks whose addresses many stations share: there no address as a whole is slowed down (PWD-09).
    shared_networks: tuple[Network, ...] = ("127.0.0.0/8", "::1/128")
    #: Leniencies towards stations that break the protocol (RPC-11).
    lenient: tuple[Leniency, ...] = ()
    price_per_kwh: Decimal = Decimal("0.49")
    price_per_session: Decimal = Decimal("0.35")
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")] = "EUR"
    #: Watts; what a register moved faster than this is kept and not billed (DAT-01).
    highest_power: Annotated[int, msgspec.Meta(ge=1000, le=1_000_000_000)] = 1_000_000
    #: How many exchanges the message log keeps.
    message_log_rows: Annotated[int, msgspec.Meta(ge=1000)] = 1_000_000
    log_format: Annotated[str, msgspec.Meta(pattern=r"^(console|json)$")] = "console"
    log_level: Annotated[str, msgspec.Meta(pattern=r"^(debug|info|warning|error)$")] = "info"


class StationSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of ``pluglot station`` (table ``[station]`` of the file)."""

    ocpp: Annotated[str, msgspec.Meta(pattern=r"^(1\.2s|1\.5s|1\.6s|1\.6|2\.0|2\.0\.1|2\.1)$")] = "2.1"
    password: str | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    evses: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    charge: Annotated[float, msgspec.Meta(gt=0, le=86400)] | None = None
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] = "DEMO-TOKEN-1"  # noqa: S105 - names a token, is no secret
    token_type: Annotated[str, msgspec.Meta(min_length=1, max_length=20)] = "Central"  # noqa: S105 - as above
    #: Simulated seconds that pass in the vehicle during one real second.
    speed: Annotated[float, msgspec.Meta(gt=0, le=10_000)] = 1.0
    #: Seconds between two meter values of a transaction.
    sample_interval: Annotated[int, msgspec.Meta(ge=1, le=86400)] = 60
    control: Address | None = None
    #: Where a station over SOAP listens for its central system; port 0 takes a free one.
    soap_listen: Address = "127.0.0.1:0"
    #: The URL it tells its central system; made of ``soap_listen`` when not given.
    soap_url: Url | None = None
    state: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    log_format: Annotated[str, msgspec.Meta(pattern=r"^(console|json)$")] = "console"
    log_level: Annotated[str, msgspec.Meta(pattern=r"^(debug|info|warning|error)$")] = "warning"


class BridgeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of ``pluglot bridge`` (table ``[bridge]`` of the file)."""

    #: The management system, without the identity, which is appended.
    to: Annotated[str, msgspec.Meta(pattern=r"^(wss?|https?)://[^\s?#]+$")]
    #: The version spoken to it; ``as`` in the file and on the command line.
    as_: Annotated[str, msgspec.Meta(pattern=r"^(1\.2s|1\.5s|1\.6s|1\.6|2\.0|2\.0\.1|2\.1)$")] = msgspec.field(
        name="as"
    )
    #: Where a management system over SOAP reaches the stations; port 0 takes a free one.
    soap_listen: Address = "127.0.0.1:0"
    #: The URL it is told for that; made of ``soap_listen`` when not given.
    soap_url: Url | None = None
    #: Where stations connect.
    listen: Address = "127.0.0.1:9001"
    #: Serve stations of OCPP over SOAP (1.2, 1.5, 1.6) on the same listener.
    soap: bool = False
    #: Which addresses of stations over SOAP are called: ``own`` (where its message came from), ``public``,
    #: ``private``, networks and host names.
    soap_call: tuple[SoapCallable, ...] = ("own",)
    #: Call stations over SOAP by https only.
    soap_https_only: bool = False
    #: Mistakes over SOAP that are not overlooked, by name; ``all`` for every one.
    soap_strict: tuple[str, ...] = ()
    #: The folder of what must survive a restart.
    state: Annotated[str, msgspec.Meta(min_length=1)] = "pluglot-bridge"
    mode: Annotated[str, msgspec.Meta(pattern=r"^(transparent|store-and-forward)$")] = "transparent"
    #: A file with the passwords of both hops for each station; without it the station's own go upstream.
    credentials: str | None = None
    #: Where the status page is served; nowhere when not given.
    web: Address | None = None
    #: What becomes of a token nobody knows while the management system is away.
    unknown_offline: Annotated[str, msgspec.Meta(pattern=r"^(accept|reject)$")] = "reject"
    #: Mistakes of stations, and of the management system, that are overlooked (RPC-11).
    lenient: tuple[Leniency, ...] = ()
    #: Which hop a password is for that the management system changes: the station's alone, or the uplink's as well.
    credential_scope: Annotated[str, msgspec.Meta(pattern=r"^(hop|mirror)$")] = "hop"
    #: Tries of a kept message whose refusals judge it; then it is set aside (E13).
    message_attempts: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 3
    #: Tries when the management system answers that it has a trouble of its own.
    message_attempts_on_fault: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 30
    #: Seconds to the second try; the wait grows by as many with each, up to 300.
    message_attempt_interval: Annotated[float, msgspec.Meta(ge=0.05, le=300)] = 10.0
    call_timeout: Annotated[float, msgspec.Meta(ge=4, le=3600)] = 30.0
    ping_interval: Seconds = 60.0
    pong_timeout: Seconds = 20.0
    #: The largest OCPP message taken, in bytes.
    message_size: Annotated[int, msgspec.Meta(ge=1024, le=16 * 1024 * 1024)] = 65536
    #: Invalid messages from one peer within a minute before its link is closed (ERR-06).
    invalid_messages_per_minute: InvalidPerMinute = 120
    #: Messages of one peer within a minute that are served; more are refused, and counted as invalid (HRD-06).
    messages_per_minute: MessagesPerMinute = 60_000
    log_format: Annotated[str, msgspec.Meta(pattern=r"^(console|json)$")] = "console"
    log_level: Annotated[str, msgspec.Meta(pattern=r"^(debug|info|warning|error)$")] = "info"


class DemoSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of ``pluglot demo``; what is not given is the usual port, or a free one when that is taken."""

    listen: Address | None = None
    web: Address | None = None
    #: How long it runs; without it until told to stop.
    seconds: Annotated[float, msgspec.Meta(gt=0, le=31_536_000)] | None = None


Settings = TypeVar("Settings", CsmsSettings, StationSettings, BridgeSettings, DemoSettings)
#: The table of the file that each command reads.
TABLES: Final = {"csms": CsmsSettings, "station": StationSettings, "bridge": BridgeSettings}
#: The settings of every command; those of the demo are in no file.
COMMANDS: Final = (*TABLES.values(), DemoSettings)
LARGEST_PRICE: Final = 1_000_000

_SECONDS: Final = "must be a number of seconds, 0.05 to 86400"
_PASSWORDS: Final = "must be a text"
#: The rule in words for every key.
RULES: Final[dict[str, str]] = {
    "listen": "must be HOST:PORT, such as 127.0.0.1:9000",
    "web": "must be HOST:PORT, such as 127.0.0.1:8080",
    "control": "must be HOST:PORT, such as 127.0.0.1:9100",
    "soap_listen": "must be HOST:PORT, such as 127.0.0.1:0",
    "database": "must be sqlite:///PATH (a relative path) or sqlite:////PATH (an absolute one), a file on a disk",
    "bus": "must be memory: (one node)",
    "soap": "must be true or false",
    "soap_call": "must be own, public, private, networks such as 10.1.0.0/16 and host names, as a list or with commas",
    "soap_https_only": "must be true or false",
    "soap_strict": "must be all, or names of mistakes such as missingFrom, as a list or separated by commas",
    "soap_url": "must be a URL such as http://192.0.2.7:8080/ocpp",
    "accept_unknown": "must be true or false",
    "hide_identities": "must be true or false",
    "second_link": "must be keep or replace",
    "heartbeat_interval": "must be a whole number of seconds, 1 to 86400",
    "call_timeout": _SECONDS,
    "ping_interval": _SECONDS,
    "pong_timeout": _SECONDS,
    "message_attempts": "must be a whole number, 1 to 1000",
    "message_attempts_on_fault": "must be a whole number, 1 to 100000",
    "message_attempt_interval": "must be a number of seconds, 0.05 to 300",
    "message_size": "must be a whole number of bytes, 1024 to 16777216",
    "invalid_messages_per_minute": "must be a whole number, 1 to 100000",
    "messages_per_minute": "must be a whole number, 60 to 10000000",
    "no_common_subprotocol": "must be refuse or close-after",
    "allowed_origins": "must be origins such as https://example.com, as a list or separated by commas",
    "trusted_proxies": "must be addresses or networks such as 10.1.0.0/16, as a list or separated by commas",
    "shared_networks": "must be addresses or networks such as 10.1.0.0/16, as a list or separated by commas",
    "lenient": f"must be some of {', '.join(LeniencyRule)}, as a list or separated by commas",
    "price_per_kwh": f"must be a number, 0 to {LARGEST_PRICE}",
    "price_per_session": f"must be a number, 0 to {LARGEST_PRICE}",
    "currency": "must be an ISO 4217 code of three capital letters",
    "highest_power": "must be a whole number of watts, 1000 to 1000000000",
    "message_log_rows": "must be a whole number of 1000 or more",
    "log_format": "must be console or json",
    "log_level": "must be debug, info, warning or error",
    "ocpp": "must be one of 1.6, 2.0, 2.0.1 and 2.1, or 1.2s, 1.5s and 1.6s over SOAP",
    "password": _PASSWORDS,
    "count": "must be a whole number, 1 to 10000",
    "evses": "must be a whole number, 1 to 64",
    "charge": "must be a number of seconds above 0, at most 86400",
    "token": "must have 1 to 255 characters",
    "token_type": "must have 1 to 20 characters, such as Central or ISO14443",
    "speed": "must be a number above 0, at most 10000",
    "sample_interval": "must be a whole number of seconds, 1 to 86400",
    "seconds": "must be a number of seconds above 0, at most 31536000 (a year)",
    "state": "must be the path of a folder",
    "to": "must be the URL of a management system, such as ws://csms.example.com/ocpp or wss://…, without the identity",
    "as": "must be one of 1.2s, 1.5s, 1.6s, 1.6, 2.0, 2.0.1 and 2.1",
    "mode": "must be transparent or store-and-forward",
    "credentials": "must be the path of a TOML file",
    "unknown_offline": "must be accept or reject",
    "credential_scope": "must be hop or mirror",
}
#: Where the rule of one command differs.
OWN_RULES: Final[dict[tuple[type[Any], str], str]] = {
    (BridgeSettings, "call_timeout"): "must be a number of seconds, 4 to 3600"
}
#: Keys that may be given as one text with commas.
LISTS: Final = frozenset(
    {"allowed_origins", "lenient", "shared_networks", "soap_call", "soap_strict", "trusted_proxies"}
)


def load(
    kind: type[Settings],
    section: str,
    *,
    file: Path | None,
    environment: Mapping[str, str],
    arguments: Mapping[str, Any],
) -> Settings:
    """Put settings together; ``arguments`` that are None were not given.

    Raises:
        WrongSetting: a key is unknown or a value breaks its rule.
    """
    values = {
        **_from_file(section, file, kind),
        **_from_environment(kind, environment),
        **{key: value for key, value in arguments.items() if value is not None},
    }
    for field in msgspec.structs.fields(kind):
        if field.encode_name in values:
            _check(kind, field.encode_name, values[field.encode_name])
        elif field.required:
            raise WrongSetting(field.encode_name, None, rule_of(kind, field.encode_name))
    settings = msgspec.convert({key: _plain(key, value) for key, value in values.items()}, kind, strict=False)
    return _checked_as_a_whole(settings)


def admin_token(environment: Mapping[str, str]) -> str | None:
    """The admin bearer token of the environment (design section 3), or None.

    Raises:
        WrongSetting: it is shorter than 32 characters; the value is not repeated.
    """
    token = environment.get("PLUGLOT_ADMIN_TOKEN")
    if token is not None and len(token) < MIN_ADMIN_TOKEN:
        raise WrongSetting("PLUGLOT_ADMIN_TOKEN", "…", f"must have at least {MIN_ADMIN_TOKEN} characters")
    return token or None


def split_address(address: str) -> tuple[str, int]:
    """Host and port of HOST:PORT; the brackets of an IPv6 address are taken off."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _from_file(section: str, file: Path | None, kind: type[Any]) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        content = tomllib.loads(file.read_text())
    except OSError as error:
        raise WrongSetting("--config", str(file), f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSetting("--config", str(file), f"is not TOML: {error}") from None
    for name in content:
        if name not in TABLES:
            raise WrongSetting("--config", str(file), f"has a table [{name}]; known are {', '.join(TABLES)}")
    table = content.get(section, {})
    if not isinstance(table, dict):
        raise WrongSetting(section, table, f"must be a table: write [{section}] and its keys below")
    for key in table:
        if key.replace("-", "_") not in kind.__struct_encode_fields__:
            raise WrongSetting(f"{section}.{key}", table[key], f"is not a key of [{section}] in {file}")
    return {key.replace("-", "_"): value for key, value in table.items()}


def _from_environment(kind: type[Any], environment: Mapping[str, str]) -> dict[str, Any]:
    names = {ENVIRONMENT_PREFIX + field.upper(): field for field in kind.__struct_encode_fields__}
    return {field: environment[name] for name, field in names.items() if name in environment}


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each ``PLUGLOT_…`` that no command reads.

    They are not refused: an orchestrator may set some of its own, such as ``PLUGLOT_SERVICE_HOST``.
    """
    known = {ENVIRONMENT_PREFIX + key.upper() for kind in COMMANDS for key in kind.__struct_encode_fields__}
    known |= ELSEWHERE
    sentences = []
    for name in sorted(environment):
        if name.startswith(ENVIRONMENT_PREFIX) and name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            sentences.append(f"{name} in the environment is no setting of any command{hint}")
    return sentences


def rule_of(kind: type[Any], key: str) -> str:
    """The rule of a key in words."""
    return OWN_RULES.get((kind, key)) or RULES[key]


def _plain(key: str, value: object) -> object:
    """A text with commas as the list that it means."""
    if key in LISTS and isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _check(kind: type[Any], key: str, value: object) -> None:
    name = dict(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))[key]
    hint = get_type_hints(kind, include_extras=True)[name]
    try:
        msgspec.convert(_plain(key, value), hint, strict=False)
    except msgspec.ValidationError:
        raise WrongSetting(key, "…" if key == "password" else value, rule_of(kind, key)) from None


def _checked_as_a_whole(settings: Settings) -> Settings:
    for key in ("listen", "web", "control", "soap_listen"):
        address = getattr(settings, key, None)
        if address is not None and not 0 <= split_address(address)[1] <= 65535:  # noqa: PLR2004 - the largest port
            raise WrongSetting(key, address, "the port must be 0 to 65535")
    _check_networks(settings)
    for key in ("price_per_kwh", "price_per_session"):
        price = getattr(settings, key, Decimal(0))
        if not price.is_finite() or not 0 <= price <= LARGEST_PRICE:
            raise WrongSetting(key, str(price), RULES[key])
    return settings


def _check_networks(settings: Settings) -> None:
    for item in getattr(settings, "soap_call", ()):
        if "/" in item or ":" in item:
            _check_network("soap_call", item, strict=False)
    for key in ("trusted_proxies", "shared_networks"):
        for item in getattr(settings, key, ()):
            _check_network(key, item, strict=True)


def _check_network(key: str, item: str, *, strict: bool) -> None:
    try:
        ip_network(item, strict=strict)
    except ValueError:
        raise WrongSetting(key, item, RULES[key]) from None
