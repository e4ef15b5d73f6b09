"""How to say no: the negative status of a response type, or a refusal where the response cannot say it."""

from __future__ import annotations

from typing import Any, Final

from msgspec import inspect

from pluglot.dialects.base import Refusal

#: Statuses that mean no, the most specific first; a response type has at most one of the first that fits.
_NEGATIVE: Final = (
    *("Rejected", "Failed", "NotSupported", "NotImplemented", "UnknownVendorId", "NoProfiles", "NoProfile"),
    *("NoTariff", "NoFirmware", "NotFound", "Unknown", "UnlockFailed", "EmptyResultSet"),
)
_TEXT_LIMIT: Final = 512


def not_supported(action: str, reason: str) -> Refusal:
    """The refusal of a request that the peer's version cannot be asked at all."""
    return Refusal("NotSupported", f"{action}: {reason}")


def negative(response: type[Any] | None, reason_code: str, reason: str, **fields: Any) -> Any:
    """The negative response of a type with its reason, or a refusal where the type has no way to say no."""
    status = None if response is None else _negative_status(response)
    if response is None or status is None:
        action = "the message" if response is None else str(response.action)
        return not_supported(action, f"{reason} ({reason_code})")
    info = _status_info(response)
    if info is not None:
        fields["status_info"] = info(reason_code=reason_code, additional_info=reason[:_TEXT_LIMIT])
    for field in _fields(response):
        if field.required and field.name != "status":
            if not isinstance(field.type, inspect.StrType):
                return not_supported(response.action, f"{reason} ({reason_code})")
            fields[field.name] = ""
    return response(status=status, **fields)


def _negative_status(response: type[Any]) -> Any:
    for field in _fields(response):
        if field.name == "status" and isinstance(field.type, inspect.EnumType):
            members = {str(member.value): member for member in field.type.cls}
            return next((members[name] for name in _NEGATIVE if name in members), None)
    return None


def _status_info(response: type[Any]) -> type[Any] | None:
    for field in _fields(response):
        if field.name == "status_info" and isinstance(field.type, inspect.UnionType):
            kinds = [kind.cls for kind in field.type.types if isinstance(kind, inspect.StructType)]
            return kinds[0] if kinds else None
    return None


def _fields(response: type[Any]) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(response)
    return info.fields if isinstance(info, inspect.StructType) else ()
