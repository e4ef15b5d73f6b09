"""What translating one message costs beside decoding that same message: every dialect, both halves."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from bench import spoken
from bench.pairs import Pair, paired
from bench.spoken import Payload
from pluglot import soap
from pluglot.dialects import Answered, AskHouse, AskPeer, Half, actions, csms_half, station_half
from pluglot.messages import codec
from pluglot.messages.version import OcppVersion

NOW: Final = datetime(2026, 1, 2, tzinfo=UTC)
#: Messages of one kind, each with other content; a half begins anew after them.
MANY: Final = 256
#: Transactions of one half; each is begun and stopped.
SESSIONS: Final = 32
#: Seconds of work in each half of a round: there are many rows.
SLICE: Final = 0.15
URL: Final = "http://127.0.0.1/"


class Case(NamedTuple):
    """Messages of one kind through one half."""

    version: OcppVersion
    #: ``station`` or ``csms``.
    half: str
    #: ``inward`` when the peer speaks, so that its words are translated for the house; else ``outward``.
    direction: str
    action: str
    payload: Payload
    #: Whether a transaction of the station runs.
    charging: bool = False


V12, V15, V16 = OcppVersion.OCPP_1_2_SOAP, OcppVersion.OCPP_1_5_SOAP, OcppVersion.OCPP_1_6
V20, V201, V21 = OcppVersion.OCPP_2_0, OcppVersion.OCPP_2_0_1, OcppVersion.OCPP_2_1
STATION: Final = "station"
CSMS: Final = "csms"
INWARD: Final = "inward"
OUTWARD: Final = "outward"

#: What stations of each version say.
FROM_STATIONS: Final[Mapping[OcppVersion, Mapping[str, Payload]]] = {
    V12: {"StatusNotification": spoken.status_of_12, "MeterValues": spoken.meter_values_12},
    V15: {"StatusNotification": spoken.status_of_old, "Authorize": spoken.authorize_of_old},
    V16: {
        "BootNotification": spoken.boot_of_old,
        "Heartbeat": spoken.nothing,
        "StatusNotification": spoken.status_of_old,
        "Authorize": spoken.authorize_of_old,
    },
    V20: {
        "BootNotification": spoken.boot,
        "Heartbeat": spoken.nothing,
        "StatusNotification": spoken.status,
        "Authorize": spoken.authorize,
        "TransactionEvent": spoken.event_of_20,
    },
    V201: {
        "BootNotification": spoken.boot,
        "Heartbeat": spoken.nothing,
        "StatusNotification": spoken.status,
        "Authorize": spoken.authorize,
        "TransactionEvent": spoken.event,
    },
}
#: What management systems of each version ask.
FROM_SYSTEMS: Final[Mapping[OcppVersion, Mapping[str, Payload]]] = {
    V12: {"RemoteStartTransaction": spoken.remote_start},
    V15: {"RemoteStartTransaction": spoken.remote_start},
    V16: {"RemoteStartTransaction": spoken.remote_start},
    V20: {"RequestStartTransaction": spoken.request_start},
    V201: {"RequestStartTransaction": spoken.request_start},
}
#: Samples of a transaction that runs, in versions without TransactionEvent, by the id they are sent with.
SAMPLES: Final[Mapping[OcppVersion, Callable[[int], Payload]]] = {
    V15: spoken.meter_values_15,
    V16: spoken.meter_values,
}


def cases() -> Iterator[Case]:
    """Every dialect, both halves, both directions."""
    for version, said in FROM_STATIONS.items():
        yield from (Case(version, STATION, INWARD, action, payload) for action, payload in said.items())
        if version in SAMPLES:
            yield Case(version, STATION, INWARD, "MeterValues", SAMPLES[version](0), charging=True)
        yield Case(version, STATION, OUTWARD, "RequestStartTransaction", spoken.request_start)
        # What the house says of its stations is the same for every management system.
        yield from (Case(version, CSMS, OUTWARD, action, payload) for action, payload in FROM_STATIONS[V201].items())
        yield from (Case(version, CSMS, INWARD, action, payload) for action, payload in FROM_SYSTEMS[version].items())


# --- carrying out -------------------------------------------------------------------------------------------------

_ACCEPTED: Final[Mapping[str, Any]] = {"status": "Accepted"}
_TIME: Final = "2026-01-02T00:00:00Z"
#: What is answered, in the words of all versions; beyond these whoever is asked agrees.
ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "BootNotification": {**_ACCEPTED, "currentTime": _TIME, "interval": 300, "heartbeatInterval": 300},
    "Heartbeat": {"currentTime": _TIME},
    "Authorize": {"idTokenInfo": _ACCEPTED, "idTagInfo": _ACCEPTED},
    "StartTransaction": {"transactionId": 1, "idTagInfo": _ACCEPTED},
    "StopTransaction": {},
}
_ANSWERED: dict[tuple[OcppVersion, type], Any] = {}


def answer(version: OcppVersion, request: Any) -> Any:
    """A short answer in this version; made once for each kind of request."""
    found = _ANSWERED.get((version, type(request)))
    if found is None:
        row = actions(version)[request.action]
        response: Any = row.response
        said = ANSWERS.get(request.action, _ACCEPTED)
        names = {*response.__struct_encode_fields__}
        told = {name: value for name, value in said.items() if name in names}
        found = _ANSWERED[version, type(request)] = codec.from_builtins(response, told)
    return found


def carry(version: OcppVersion, half: Half, message: Any, *, inward: bool) -> Any:
    """Translate a message to its end; whoever is asked answers at once."""
    translation = half.inward(message, now=NOW) if inward else half.outward(message, now=NOW)
    reply: Any = None
    early: Any = None
    while True:
        try:
            step = translation.send(reply)
        except StopIteration as end:
            return end.value if early is None else early
        if isinstance(step, AskHouse):
            reply = answer(V21, step.request)
        elif isinstance(step, AskPeer):
            reply = answer(version, step.request)
        else:
            early, reply = step.response if isinstance(step, Answered) else early, None


def fresh(version: OcppVersion, half: str) -> Half:
    """A half that has just been connected."""
    make = station_half if half == STATION else csms_half
    made = make(version, identity="BENCH", random=random.Random(1).random)  # noqa: S311 - nothing secret is made
    made.connected(now=NOW)
    return made


def started(version: OcppVersion) -> tuple[Half, int]:
    """A station half one of whose transactions runs, and the id the station knows it by."""
    half = fresh(version, STATION)
    start = read(version, "StartTransaction", spoken.start_transaction(0))
    return half, carry(version, half, start, inward=True).transaction_id


# --- messages -----------------------------------------------------------------------------------------------------


def read(version: OcppVersion, action: str, payload: Mapping[str, Any]) -> Any:
    """A request from its payload."""
    return codec.from_builtins(actions(version)[action].request, payload)


def decoding(version: OcppVersion, requests: Sequence[Any], *, from_station: bool) -> Callable[[], None]:
    """Decode these requests as they come over the wire of their version."""
    if not version.is_soap:
        decode, payloads = codec.decode, [codec.encode(request) for request in requests]
        kind = type(requests[0])

        def read_payloads() -> None:
            for payload in payloads:
                decode(kind, payload)

        return read_payloads
    service = soap.Service.CENTRAL_SYSTEM if from_station else soap.Service.CHARGE_POINT
    binding, leniency = soap.ALL.by_version[version], soap.SoapLeniency()
    posts = [
        soap.write_request(
            binding, service, request, identity="BENCH", message_id=f"urn:uuid:{number}", to=URL, from_address=URL
        )
        for number, request in enumerate(requests)
    ]

    def read_posts() -> None:
        for post in posts:
            soap.read_request(post, soap.ALL, service, leniency)

    return read_posts


# --- figures ------------------------------------------------------------------------------------------------------


def figure(case: Case) -> Pair:
    """Translating the messages of a case to the end, answers included, beside decoding them."""
    version, half, inward = case.version, case.half, case.direction == INWARD
    payload = SAMPLES[version](started(version)[1]) if case.charging else case.payload
    speaks = version if inward else V21
    requests = [read(speaks, case.action, payload(number)) for number in range(MANY)]

    def translate() -> None:
        made = started(version)[0] if case.charging else fresh(version, half)
        for request in requests:
            carry(version, made, request, inward=inward)

    arrow = f"{version} to 2.1" if inward else f"2.1 to {version}"
    name = f"translation, {half} half, {arrow}, {case.action}: there and back / decode"
    decode = decoding(speaks, requests, from_station=(half == STATION) is inward)
    return paired(name, translate, MANY, decode, MANY, seconds=SLICE)


def sessions(version: OcppVersion) -> Pair:
    """StartTransaction and StopTransaction, each pair another transaction."""
    half = fresh(version, STATION)
    requests = []
    for number in range(SESSIONS):
        start = read(version, "StartTransaction", spoken.start_transaction(number))
        number_of_it = carry(version, half, start, inward=True).transaction_id
        stop = spoken.stop_transaction(number_of_it, number)
        if version is V16:
            stop["reason"] = "Local"
        requests += [start, read(version, "StopTransaction", stop)]
        carry(version, half, requests[-1], inward=True)

    def translate() -> None:
        made = fresh(version, STATION)
        for request in requests:
            carry(version, made, request, inward=True)

    starts, stops = (decoding(version, requests[first::2], from_station=True) for first in (0, 1))

    def decode() -> None:
        starts()
        stops()

    name = f"translation, station half, {version} to 2.1, StartTransaction and StopTransaction: there and back / decode"
    return paired(name, translate, len(requests), decode, len(requests), seconds=SLICE)


def request_alone() -> Pair:
    """The floor: MeterValues of 1.6 up to the request of the house, the answer not waited for."""
    _, number = started(V16)
    requests = [read(V16, "MeterValues", spoken.meter_values(number)(count)) for count in range(MANY)]

    def translate() -> None:
        half, _ = started(V16)
        for request in requests:
            step = next(half.inward(request, now=NOW))
            assert isinstance(step, AskHouse)  # noqa: S101 - a loss, say, would be another measurement

    decode = decoding(V16, requests, from_station=True)
    name = f"translation, station half, {V16} to 2.1, MeterValues: request alone / decode (floor: 5)"
    return paired(name, translate, MANY, decode, MANY)


def results() -> Iterator[Pair]:
    """The floor first."""
    yield request_alone()
    for version in (V15, V16):
        yield sessions(version)
    for case in cases():
        yield figure(case)
