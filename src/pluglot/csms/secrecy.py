"""What must not be written where people read: passwords in settings and key codes of drivers (PWD-06, C04.FR.04)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import inspect

#: Variables and configuration keys whose values are secrets; compared without regard to case.
SECRET_VARIABLES = frozenset(
    {"basicauthpassword", "apnpassword", "vpnpassword", "vpnkey", "simpin", "authorizationkey", "password"}
)
MASK = "***"
#: Without one of these words in it a message holds no secret; most messages stop here.
_TELLTALES = ('"variable"', '"key"', "assword", "uthorizationKey", "KeyCode", '"vpn"', '"apn"')
#: A name may also be written by the numbers of its letters.
_ESCAPE = "\\u"
#: Members whose value is a secret wherever they stand (SetNetworkProfile).
_SECRET_MEMBERS = frozenset({"basicAuthPassword", "apnPassword", "password", "simPin"})
#: A type with one of these members may hold secrets, or anything.
_TELLING_MEMBERS = _SECRET_MEMBERS | {"variable", "key", "vpn", "apn", "data", "*"}
#: What has no members.
_SCALARS = (
    inspect.BoolType,
    inspect.DateTimeType,
    inspect.DecimalType,
    inspect.EnumType,
    inspect.FloatType,
    inspect.IntType,
    inspect.NoneType,
    inspect.StrType,
)
_TELLTALES_OF: dict[type[msgspec.Struct], tuple[str, ...]] = {}
#: Under a variable or key that is a secret, these members hold its value.
_VALUES = _SECRET_MEMBERS | {"attributeValue", "value", "actualValue", "variableAttribute"}
_UNREADABLE = '"(not kept: it cannot be read and may hold a secret)"'


def for_the_log(text: str, type_: type[msgspec.Struct] | None = None) -> str:
    """A frame or payload as it may be kept and shown: the same, or with its secrets masked.

    Only of a valid message the ``type_`` may be told: what its fields cannot hold is then not looked for.
    """
    if type_ is not None and not _is_found(_TELLTALES_OF.get(type_) or _telltales_of(type_), text):
        return text
    is_suspicious = _is_found(_TELLTALES, text)
    if not is_suspicious and _ESCAPE not in text:
        return text
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return _UNREADABLE if is_suspicious else text
    masked = without_secrets(message)
    return text if masked == message else msgspec.json.encode(masked).decode()


def without(text: str, secret: str) -> str:
    """A text of somebody who was told a secret and may repeat it anywhere: without it, however JSON writes it."""
    written = {secret, msgspec.json.encode(secret).decode()[1:-1], json.dumps(secret)[1:-1]}
    for one in sorted(written, key=len, reverse=True):
        text = text.replace(one, MASK)
    return text


def _is_found(telltales: Iterable[str], text: str) -> bool:
    for telltale in telltales:  # noqa: SIM110 - on the path of every message
        if telltale in text:
            return True
    return False


def _telltales_of(type_: type[msgspec.Struct]) -> tuple[str, ...]:
    """What of the telltales a valid message of this type may hold; vendor data may hold all of them."""
    names = _members_within(type_)
    if names & _TELLING_MEMBERS:
        telltales = _TELLTALES
    else:
        telltales = ('"customData"', _ESCAPE, *(("KeyCode",) if "idToken" in names else ()))
    _TELLTALES_OF[type_] = telltales
    return telltales


def _members_within(type_: type[msgspec.Struct]) -> set[str]:
    """The names of all members at any depth; ``*`` for what may have any."""
    names: set[str] = set()
    waiting: list[Any] = [inspect.type_info(type_)]
    seen: set[type] = set()
    while waiting:
        match waiting.pop():
            case inspect.StructType(cls=cls, fields=fields):
                if cls not in seen:
                    seen.add(cls)
                    names.update(field.encode_name for field in fields)
                    waiting += (field.type for field in fields if field.encode_name != "customData")
            case inspect.UnionType(types=types):
                waiting += types
            case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
                waiting.append(item)
            case inspect.Metadata(type=inner):
                waiting.append(inner)
            case one if not isinstance(one, _SCALARS):
                names.add("*")
    return names


def without_secrets(value: Any) -> Any:
    """The same JSON builtins with every secret masked."""
    if isinstance(value, list | tuple):
        return [without_secrets(item) for item in value]
    if not isinstance(value, dict):
        return value
    hidden = _VALUES if _names_a_secret(value) else _SECRET_MEMBERS
    return {name: _blank(each) if name in hidden else _member(name, each, value) for name, each in value.items()}


def _member(name: str, member: Any, whole: dict[str, Any]) -> Any:
    if name == "idToken" and whole.get("type") == "KeyCode":
        return MASK
    if name == "vpn" and isinstance(member, dict) and "key" in member:
        return {**without_secrets(member), "key": MASK}
    return without_secrets(member)


def _names_a_secret(value: dict[str, Any]) -> bool:
    """Whether an object is about a secret variable (2.x) or configuration key (1.x)."""
    variable = value.get("variable")
    name = variable.get("name") if isinstance(variable, dict) else value.get("key")
    return isinstance(name, str) and name.lower() in SECRET_VARIABLES


def _blank(member: Any) -> Any:
    """The value masked; of the attributes of a report everything but their values stays."""
    if isinstance(member, list):
        return [{**item, "value": MASK} if isinstance(item, dict) and "value" in item else item for item in member]
    return MASK
