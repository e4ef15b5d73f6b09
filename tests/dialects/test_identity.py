"""What goes from a version to the house and back is what it was; so it is through two bridges (16.3, 16.12).

Messages are drawn from the official schemas; what may differ is listed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from pluglot.dialects import Policy, Refusal, actions
from pluglot.messages.codec import to_builtins
from tests.dialects.chains import Chain
from tests.dialects.drawn import ONE_X, POOL, POOLS, TWO_X, VERSIONS, Drawer, is_official
from tests.dialects.test_sessions import events, meter, start, status, stop
from tests.dialects.worlds import SIDES, plainly

#: In 2.1 no EVSE of these requests is the station itself (11.3), so none is drawn for the others.
NUMBERS = {"evseId": (1, 2), "connectorId": (1, 2, 3), "id": (1, 2)}
DRAWS = 10
CASES = [
    pytest.param(version, side, row, id=f"{version}-{side}-{row.name}")
    for version in VERSIONS
    for side, sender in SIDES.items()
    for row in actions(version).values()
    if sender in row.sender
]

#: Actions that are carried out by other means, so that the far side is asked something else or nothing.
#: Version -> action -> why.
OTHERWISE: dict[str, dict[str, str]] = {
    "2.0": {
        "GetCertificateStatus": "2.0.1 demands the address of the responder",
        "GetCompositeSchedule": "beginning and duration are taken from the request",
        "GetInstalledCertificateIds": "accepted without any certificate is not found",
    },
    "1.x": {
        "ChangeConfiguration": "written as a variable that the station must have (8)",
        "ExtendedTriggerMessage": "all connectors are asked one by one (6.18)",
        "GetConfiguration": "read as variables (6.7)",
        "GetInstalledCertificateIds": "accepted without any certificate is not found",
        "MeterValues": "the default unit is written out, and each kind is a message (5.6.1); see the sessions",
        "RemoteStartTransaction": "a connector is chosen where none is named (6.10)",
        "SetChargingProfile": "only a profile that makes sense is passed on (6.15)",
        "StatusNotification": "a status without a time that was told before says nothing new",
        "StartTransaction": "each side makes its own integer id (3.3); see the sessions",
        "StopTransaction": "see the sessions",
        "TriggerMessage": "all connectors are asked one by one (6.18)",
        "UnlockConnector": "the transaction is stopped first (6.16)",
    },
}


class Ends:
    """Both ends of a chain: whoever is asked gives any legal answer and remembers it."""

    def __init__(self, chain: Chain, drawer: Drawer) -> None:
        self.chain, self.drawer = chain, drawer
        self.received: list[Any] = []
        self.given: list[Any] = []

    def __call__(self, request: Any) -> Any:
        """Answer a request."""
        self.received.append(request)
        self.given.append(self.drawer.answer(request))
        return self.given[-1]


def begun(version: str, *versions: str, policy: Policy | None = None) -> tuple[Chain, Any]:
    """A chain behind which a 1.x station charges on the first of three connectors, and the id it was given."""
    chain = Chain(version, *(versions or (version,)), policy=policy)
    given = "T1"
    if version in ONE_X:
        chain.management = lambda asked: plainly(version, asked)
        for connector in (1, 2, 3):
            chain.say(status(version, connector, "Available", 0))
        given = chain.say(start(version, 1, "TAG", 0, 1)).transaction_id
    chain.losses.clear()
    return chain, given


@pytest.mark.requirement("PROOF-03")
@pytest.mark.parametrize(("version", "side", "row"), CASES)
def test_what_goes_up_comes_down_as_it_was(version: str, side: str, row: Any) -> None:
    """The far side gets the very request, and whoever asked the very answer; in 2.x from 2.0.1 on without any loss."""
    exact = version in {"2.0.1", "2.1"}
    for seed in range(DRAWS):
        chain, given = begun(version)
        known = given if side == "station" else (17 if version in ONE_X else given)
        pool = POOLS.get(version, POOL) | NUMBERS | {"transactionId": (known,)}
        drawer = Drawer(version, seed, pool, whole=(1, 3), shortest=1)
        ends = Ends(chain, drawer)
        chain.management = chain.station = ends
        request = drawer.message(f"{row.name}Request")
        answer = chain.say(request) if side == "station" else chain.ask(request)
        is_same = _told(ends.received, request, {given, known}) and _answered(ends, request, answer)
        if exact:
            assert is_same, (request, ends.received, answer)
            assert chain.losses == []
        otherwise = row.name in OTHERWISE["1.x" if version in ONE_X else version] if not exact else False
        assert is_same or chain.losses or otherwise or _is_no(answer), (request, ends.received, ends.given, answer)


def _told(received: list[Any], request: Any, ids: set[Any]) -> bool:
    same_action = [_without_id(one, ids) for one in received if one.action == request.action]
    return same_action == [_without_id(request, ids)]


def _without_id(request: Any, ids: set[Any]) -> Any:
    """Each hop has its own integer ids of transactions."""
    if getattr(request, "transaction_id", None) in ids:
        return msgspec.structs.replace(request, transaction_id=next(iter(sorted(map(hash, ids)))))
    return request


def _answered(ends: Ends, request: Any, answer: Any) -> bool:
    position = next(index for index, one in enumerate(ends.received) if one.action == request.action)
    return bool(answer == ends.given[position])


def _is_no(answer: Any) -> bool:
    if isinstance(answer, Refusal):
        return True
    return str(getattr(answer, "status", "")) in {"Rejected", "NotSupported", "Unknown", "UnknownVendorId", "Failed"}


# --- sessions -----------------------------------------------------------------------------------------------------


def session(version: str, given: list[int]) -> list[Any]:
    """What a 1.x station says in a session; functions make the messages that need its transaction's id."""
    charging = "Charging" if version.startswith("1.6") else "Occupied"
    return [
        status(version, 1, "Available", 0),
        status(version, 2, "Available", 1),
        start(version, 2, "04A1B2C3", 1000, 10),
        status(version, 2, charging, 20),
        lambda: meter(version, 2, given[0], Decimal(1100), 60),
        lambda: meter(version, 2, given[0], Decimal(2300), 120),
        lambda: stop(version, given[0], 2500, 600, "04A1B2C3"),
        status(version, 2, "Available", 700),
    ]


def played(*versions: str) -> tuple[list[Any], list[Any], Chain]:
    """What a station said in a session and what its management system heard, and the chain between them."""
    version = versions[0]
    chain = Chain(*versions, policy=Policy(emit_custom_data=True))
    heard: list[Any] = []
    given: list[int] = []
    said = []

    def management(request: Any) -> Any:
        heard.append(request)
        assert is_official(version, request)
        return plainly(version, request)

    chain.management = management
    for make in session(version, given):
        request = make() if callable(make) else make
        said.append(request)
        answer = chain.say(request)
        assert not isinstance(answer, Refusal), answer
        if request.action == "StartTransaction":
            given.append(answer.transaction_id)
    return [_shown(one) for one in said], [_shown(one) for one in heard], chain


def _shown(message: Any) -> Any:
    """A message without the id that each hop makes for itself, and without units that go without saying."""
    return message.action, _plain({key: value for key, value in to_builtins(message).items() if key != "transactionId"})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if (key, inner) not in _DEFAULTS}
    return [_plain(item) for item in value] if isinstance(value, list) else value


_DEFAULTS = [
    ("unit", "Wh"),
    ("measurand", "Energy.Active.Import.Register"),
    ("context", "Sample.Periodic"),
    ("location", "Outlet"),
    ("format", "Raw"),
]


@pytest.mark.requirement("PROOF-03")
@pytest.mark.parametrize("version", ONE_X)
def test_a_session_through_the_house_is_the_same_session(version: str) -> None:
    """A management system of the station's own version hears what it would hear without us."""
    said, heard, _ = played(version, version)
    assert heard == said


@pytest.mark.requirement("PROOF-12")
@pytest.mark.parametrize("between", TWO_X)
@pytest.mark.parametrize("version", ONE_X)
def test_a_session_through_two_bridges_is_the_same_session(version: str, between: str) -> None:
    """An old station, a newer version on the wire between two bridges, and an old management system."""
    said, heard, _ = played(version, between, version)
    if between == "2.0":
        # 2.0 has no custom data to carry the old words, so statuses between the first and the last are those of 2.x.
        assert (heard[:2], heard[-1]) == (said[:2], said[-1])
        said, heard = ([_bare(one) for one in told if one[0] != "StatusNotification"] for told in (said, heard))
    assert heard == said


def _bare(message: Any) -> Any:
    """A message without the reason and the readings of a stop, which 2.x writes out (5.7, 5.8)."""
    action, members = message
    return action, {name: value for name, value in members.items() if name not in {"reason", "transactionData"}}


@pytest.mark.requirement("PROOF-12")
@pytest.mark.parametrize("between", [version for version in ONE_X if version != "1.2s"])
@pytest.mark.parametrize("version", TWO_X)
def test_a_session_of_a_newer_station_keeps_what_an_older_wire_can_say(version: str, between: str) -> None:
    """A 2.x station behind 1.x behind a 2.x management system: one transaction, whole numbers, the same energy."""
    chain = Chain(version, between, version)
    heard: list[Any] = []

    def management(request: Any) -> Any:
        heard.append(request)
        return plainly(version, request)

    chain.management = management
    for event in events(version):
        assert not isinstance(chain.say(event), Refusal)
    told = [one for one in heard if one.action == "TransactionEvent"]
    kinds = [str(one.event_type) for one in told]
    assert (kinds[0], kinds[-1], kinds.count("Started"), kinds.count("Ended")) == ("Started", "Ended", 1, 1)
    assert [one.seq_no for one in told] == list(range(len(told)))
    assert told[0].id_token.id_token == "04A1B2C3"
    first, last = (
        next(sample.value for moment in one.meter_value for sample in moment.sampled_value)
        for one in (told[0], told[-1])
    )
    assert (first, last) == (1000, 2500)
