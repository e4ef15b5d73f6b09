"""2.0 says nearly what 2.0.1 says, often by other names; what neither can say is named."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from pluglot.dialects.conversion import Context, Converters, Unsayable, plain
from pluglot.dialects.ocpp20 import reshaping, rules, wire
from pluglot.dialects.ocpp201 import wire as newer
from tests.dialects.ocpp20.plausible import Plausible
from tests.dialects.samples import is_valid
from tests.messages import official

UP, DOWN = Converters(rules.FROM_20), Converters(rules.TO_20)
#: Answers that need to know the question, and messages of 2.0 alone; the halves' tests have them.
BY_HAND = {"GetCompositeScheduleResponse", "GetInstalledCertificateIdsRequest", "GetInstalledCertificateIdsResponse"}
KINDS = [
    pytest.param(old, new, id=old.__name__)
    for row in wire.ACTIONS.values()
    if row.name in newer.ACTIONS
    for old, new in (
        (row.request, newer.ACTIONS[row.name].request),
        (row.response, newer.ACTIONS[row.name].response),
    )
    if old is not None and old.__name__ not in BY_HAND
]

#: What 2.0.1 has no place or word for, by the end of its path; nothing else of 2.0 may be lost.
LOST_UP: dict[str, set[str]] = {
    "AuthorizeRequest": {"evseId"},
    "FirmwareStatusNotificationRequest": {"status"},
    "Get15118EVCertificateResponse": {"contractSignatureCertificateChain", "saProvisioningCertificateChain"},
    "NotifyEVChargingNeedsRequest": {"requestedEnergyTransfer"},
    "NotifyEventRequest": {"severity", "transaction", "type", "value"},
    "ReportChargingProfilesRequest": {"primary"},
    "RequestStartTransactionRequest": {"primary"},
    "ReserveNowRequest": {"connectorId"},
    "SetChargingProfileRequest": {"primary"},
    "TransactionEventRequest": {"cableMaxCurrent", "stoppedReason"},
}
#: Where a value or its absence refuses the whole message.
UNSAYABLE_UP = {"certificateType", "chargingSchedulePeriod"}


@pytest.mark.requirement("PROOF-02", "PROOF-03")
@pytest.mark.parametrize(("old", "new"), KINDS)
def test_what_2_0_says_is_said_in_2_0_1_and_back(old: Any, new: Any) -> None:
    """Each 2.0 message becomes a valid 2.0.1 message and again the same 2.0 message, but for the losses we name."""
    sampler = Plausible(len(old.__name__), digits=True)
    said_any = False
    for _ in range(12):
        said = sampler.message(old)
        assert is_valid("v20", said)
        context = Context(strict=True)
        meant = _said_up(old, new, said, context)
        if meant is None:
            continue
        said_any = True
        assert is_valid("v201", meant)
        lost = {path[0] for path, _, _ in context.found}
        assert lost <= LOST_UP.get(old.__name__, set())
        back = Context(strict=False)
        again = DOWN.between(new, old)(meant, back)
        assert is_valid("v20", again)
        assert context.found or old is new or not back.found
        assert context.found or plain(again) == _filled(plain(said), plain(again))
    assert said_any


def _said_up(old: Any, new: Any, said: Any, context: Context) -> Any:
    """A message in 2.0.1, or None where a known place of it cannot be said."""
    try:
        return UP.between(old, new)(said, context)
    except Unsayable as unsayable:
        if unsayable.field.split(".")[-1] not in UNSAYABLE_UP:
            raise
        return None


def _filled(said: Any, again: Any) -> Any:
    """What was said, with an empty object left out and what had to be filled in."""
    if isinstance(said, dict):
        filled = {key: _filled(value, again[key]) for key, value in said.items() if key in again}
        assert all(value == {} for key, value in said.items() if key not in again)
        return filled | {key: value for key, value in again.items() if key not in said and value == ""}
    if isinstance(said, list):
        return [_filled(*pair) for pair in zip(said, again, strict=True)]
    return said


def test_every_loss_toward_2_0_1_was_seen() -> None:
    """The table of losses above has no row that is never needed."""
    for name, fields in LOST_UP.items():
        row = wire.ACTIONS[name.removesuffix("Request").removesuffix("Response")]
        old = row.response if name.endswith("Response") else row.request
        new_row = newer.ACTIONS[row.name]
        new = new_row.response if name.endswith("Response") else new_row.request
        assert old is not None
        assert new is not None
        seen: set[str] = set()
        for seed in range(120):
            context = Context(strict=False)
            try:
                UP.between(old, new)(Plausible(seed, digits=True).message(old, fullness=0.8), context)
            except Unsayable:
                continue
            seen |= {path[0] for path, _, _ in context.found}
        assert seen >= fields


@pytest.mark.parametrize(("old", "new"), KINDS)
def test_what_2_0_1_says_is_valid_in_2_0_or_refused_and_every_loss_is_visible(old: Any, new: Any) -> None:
    """A 2.0.1 message becomes a valid 2.0 message; whatever is missing from it was noted as lost."""
    sampler = Plausible(len(new.__name__) + 1, digits=False)
    said_any = False
    for _ in range(16):
        meant = sampler.message(new)
        context = Context(strict=False)
        try:
            said = DOWN.between(new, old)(meant, context)
        except Unsayable:
            continue
        said_any = True
        assert is_valid("v20", said)
        again = UP.between(old, new)(said, Context(strict=False))
        assert context.found or _holds(plain(again), plain(meant)), (meant, said)
    # A random text is hardly ever the name of a security event.
    assert said_any or new.__name__ == "SecurityEventNotificationRequest"


#: What a message of 2.0.1 may gain on the way through 2.0, which demands it; empty things it may lose.
FILLED = (False, 0, "", {}, None)


def _holds(whole: Any, part: Any) -> bool:
    """Whether nothing of a payload is missing from another; what was absent may have been filled in."""
    if isinstance(part, dict):
        return all((key in whole and _holds(whole[key], value)) or value in FILLED for key, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(_holds(*pair) for pair in zip(whole, part, strict=True))
    return bool(whole == part)


REASONED = {
    "InstallCertificateStatus": reshaping.CERTIFICATE_REASONS,
    "SetMonitoringStatus": reshaping.MONITOR_REASONS,
    "SetVariableStatus": reshaping.VARIABLE_REASONS,
}
#: Values that refuse their message, or fall with their field: old ones toward 2.0.1, newer ones toward 2.0.
WITHOUT_COUNTERPART_UP = {
    "GetCertificateIdUse": {"CSOSubCA1", "CSOSubCA2"},
    "InstallCertificateUse": {"CSOSubCA1", "CSOSubCA2"},
}
WITHOUT_COUNTERPART_DOWN = {
    "ChargingState": {"Idle"},
    "GetCertificateIdUse": {"V2GCertificateChain"},
    "MessageTrigger": {"PublishFirmwareStatusNotification", "SignCombinedCertificate"},
    "PublishFirmwareStatus": {"Idle"},
}


def _values(room: Any, name: str) -> set[str]:
    return {member.value for member in getattr(room, name)}


#: Enumerations of 2.0 that have no twin of the same name.
FREE_TEXT = {"EncodingMethod", "SecurityEvent", "SignatureMethod"}
SAME_VALUES = {"CertificateStatusEnum", "GetCompositeScheduleStatus"}
ONLY_2_0 = {"NotifyCentralChargingNeedsStatus", "Renegotiate15118ScheduleStatus"}
ENUMS = [
    name
    for name in wire.__all__
    if isinstance(getattr(wire, name), type)
    and issubclass(getattr(wire, name), StrEnum)
    and isinstance(getattr(newer, name, None), type)
    and issubclass(getattr(newer, name), StrEnum)
]


@pytest.mark.requirement("PROOF-01")
@pytest.mark.parametrize("name", ENUMS)
def test_every_value_of_an_enumeration_has_a_counterpart_or_is_known_to_have_none(name: str) -> None:
    """No value of either version was overlooked, and no fallback names a value that does not exist."""
    old, new = _values(wire, name), _values(newer, name)
    same = dict(rules.SAME_BY_OTHER_WORDS.get(name, {}))
    up, down = dict(rules.UP_FALLBACKS.get(name, {})), dict(rules.DOWN_FALLBACKS.get(name, {}))
    reasons = set(REASONED.get(name, {}))
    assert old - new - set(same) - set(up) - reasons == WITHOUT_COUNTERPART_UP.get(name, set())
    assert new - old - set(same.values()) - set(down) == WITHOUT_COUNTERPART_DOWN.get(name, set())
    assert set(same) | set(up) <= old
    assert set(same.values()) | set(up.values()) <= new
    assert set(down) <= new
    assert set(down.values()) <= old


@pytest.mark.requirement("PROOF-01")
def test_no_enumeration_of_the_official_schemas_was_overlooked() -> None:
    """Each enumeration in the 2.0 schemas is one of ours, with a twin in 2.0.1 or known to have none."""
    ours = {
        name: frozenset(member.value for member in getattr(wire, name))
        for name in wire.__all__
        if isinstance(getattr(wire, name), type) and issubclass(getattr(wire, name), StrEnum)
    }
    found = {frozenset(values) for schema in official.schemas("v20").values() for values in _enumerations(schema)}
    assert found == set(ours.values())
    assert set(ours) - set(ENUMS) == FREE_TEXT | SAME_VALUES | ONLY_2_0


def _enumerations(tree: Any) -> Any:
    if isinstance(tree, dict):
        if "enum" in tree:
            yield tree["enum"]
        for value in tree.values():
            yield from _enumerations(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _enumerations(value)
