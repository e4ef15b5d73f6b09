from __future__ import annotations

from typing import Any

import msgspec
import pytest

from pluglot.csms.secrecy import for_the_log
from pluglot.dialects import actions
from pluglot.messages import HeartbeatRequest, NotifyEventRequest, codec
from pluglot.messages.version import OcppVersion
from tests.csms.house import NOON, House, happening
from tests.dialects.samples import Sampler

SECRET = "s3cret-s3cret-s3cret"
VARIABLE = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
HARMLESS = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}, "attributeValue": "60"}


@pytest.mark.requirement("PWD-06", "C04.FR.04")
@pytest.mark.parametrize(
    "payload",
    [
        {"setVariableData": [{**VARIABLE, "attributeValue": SECRET}, HARMLESS]},
        {"getVariableResult": [{**VARIABLE, "attributeStatus": "Accepted", "attributeValue": SECRET}]},
        {"reportData": [{**VARIABLE, "variableAttribute": [{"value": SECRET, "mutability": "ReadWrite"}]}]},
        {"eventData": [{**VARIABLE, "actualValue": SECRET}]},
        {"connectionData": {"basicAuthPassword": SECRET, "identity": "CS1"}},
        {"connectionData": {"apn": {"apnPassword": SECRET}, "vpn": {"key": SECRET, "password": SECRET, "user": "u"}}},
        {"connectionData": {"apn": {"simPin": SECRET}}},
        {"setVariableData": [{"variable": {"name": "VpnKey"}, "attributeValue": SECRET}]},
        {"key": "AuthorizationKey", "value": SECRET},
        {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": SECRET}]},
        {"configurationKey": [{"key": "simPin", "readonly": False, "value": SECRET}]},
        {"idToken": {"idToken": SECRET, "type": "KeyCode"}},
    ],
)
def test_secrets_are_masked_and_the_rest_stays(payload: dict[str, object]) -> None:
    """No password, key or code is left in what is kept; everything else is as it was."""
    frame = msgspec.json.encode([2, "1", "Any", payload]).decode()
    kept = for_the_log(frame)
    assert SECRET not in kept
    assert msgspec.json.decode(kept) == msgspec.json.decode(frame.replace(SECRET, "***"))
    alone = for_the_log(msgspec.json.encode(payload).decode())
    assert msgspec.json.decode(alone) == msgspec.json.decode(kept)[3]


@pytest.mark.parametrize(
    "frame",
    [
        '[2, "1", "Heartbeat", {}]',
        '[2,"1","SetVariables",{"setVariableData":[{"variable":{"name":"PasswordPolicy"},"attributeValue":"strict"}]}]',
        '[2, "1", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}]',
        '[2,"1","Authorize",{"idToken":{"idToken":"KeyCode","type":"Central"}}]',
        "not JSON at all",
        r'{"text": "\u00e4 without end',
        r'[2,"1","Authorize",{"idToken":{"idToken":"\u00c4","type":"Central"}}]',
        "",
    ],
)
def test_what_holds_no_secret_stays_byte_for_byte(frame: str) -> None:
    """A frame without secrets is kept as it came, spaces and all."""
    assert for_the_log(frame) == frame


def full_of_secrets(value: Any) -> Any:
    """The same message about secrets: whatever has a name or a key is a password, and every token a code."""
    if isinstance(value, list):
        return [full_of_secrets(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = {"name": "BasicAuthPassword", "key": "AuthorizationKey"}
    if "idToken" in value:
        named["type"] = "KeyCode"
    return {
        name: named[name] if name in named and isinstance(each, str) else full_of_secrets(each)
        for name, each in value.items()
    }


@pytest.mark.requirement("PWD-06", "C04.FR.04")
@pytest.mark.parametrize("version", OcppVersion)
def test_knowing_the_message_hides_no_less(version: OcppVersion) -> None:
    """What is not looked for in a valid message of a known type is not in it."""
    sampler, masked = Sampler(11), 0
    types = [kind for action in actions(version).values() for kind in (action.request, action.response) if kind]
    for kind in types:
        for _ in range(4):
            text = msgspec.json.encode(full_of_secrets(codec.to_builtins(sampler.message(kind)))).decode()
            kept = for_the_log(text)
            assert for_the_log(text, kind) == kept, kind.__name__
            masked += kept != text
    assert masked


@pytest.mark.requirement("PWD-06")
def test_secrets_in_vendor_data_are_masked_in_a_message_that_has_none_itself() -> None:
    """Whatever the message is, its vendor data is looked through."""
    text = '{"customData":{"vendorId":"V","password":"' + SECRET + '"}}'
    assert SECRET not in for_the_log(text, HeartbeatRequest)
    assert SECRET not in for_the_log(text.replace("customData", "\\u0063ustomData"), HeartbeatRequest)
    plain = '{"customData":{"vendorId":"V", "colour":"red"}}'
    assert for_the_log(plain, HeartbeatRequest) == plain


@pytest.mark.requirement("PWD-06")
def test_names_written_by_the_numbers_of_their_letters_are_known() -> None:
    """JSON lets a name be written in many ways; none of them shows its secret."""
    for name in (r"p\u0061ssword", r"\u0062asicAuthPasswor\u0064", r"s\u0069mPin"):
        assert SECRET not in for_the_log('{"' + name + '":"' + SECRET + '"}')


@pytest.mark.requirement("C04.FR.04")
async def test_key_codes_are_masked_on_the_event_list(house: House) -> None:
    """A message that is kept with an event is kept without the driver's code."""
    await house.answer(happening("Ended", 0, NOON))
    await house.answer(happening("Updated", 1, NOON, id_token=(SECRET, "KeyCode")))
    assert house.event_names()[-1] == "EventAfterTransactionEnd"
    assert house.shelf.events[-1].event.data["idToken"]["idToken"] == "***"


@pytest.mark.requirement("PWD-06")
async def test_the_value_of_a_secret_variable_is_in_no_detail_of_an_event(house: House) -> None:
    """A station that reports its password by an event has it masked in the detail too, which is shown and logged."""
    data = {
        **VARIABLE,
        "eventId": 1,
        "timestamp": NOON.isoformat(),
        "trigger": "Delta",
        "actualValue": SECRET,
        "eventNotificationType": "CustomMonitor",
    }
    payload = {"generatedAt": NOON.isoformat(), "seqNo": 0, "eventData": [data]}
    request = codec.from_builtins(NotifyEventRequest, payload)
    await house.answer(request)
    assert house.shelf.events[-1].event.detail == "***"
    assert SECRET not in repr(house.shelf.events)


@pytest.mark.requirement("PWD-06")
def test_what_cannot_be_read_and_speaks_of_passwords_is_not_kept() -> None:
    """A broken frame may hold a secret that nobody can find, so it is left out whole."""
    kept = for_the_log('[2,"1","SetVariables",{"variable":{"name":"BasicAuthPassword"},"attributeValue":"' + SECRET)
    assert SECRET not in kept
    assert "not kept" in kept
