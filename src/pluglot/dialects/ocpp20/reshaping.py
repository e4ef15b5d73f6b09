"""Objects that 2.0 and 2.0.1 build differently, converted by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from pluglot.dialects.base import HOUSE_VENDOR
from pluglot.dialects.conversion import Context, Convert, Converters, Unsayable, inside
from pluglot.dialects.ocpp20 import wire
from pluglot.dialects.ocpp20.encoding import CERTIFICATE, CERTIFICATE_REQUEST, NotReadable, to_digits, to_pem
from pluglot.dialects.ocpp201 import wire as newer
from pluglot.messages.base import CustomData

Make = Callable[[Converters], Convert]
NO_SUCH_FIELD: Final = "the other version has no such field"
#: Stands for the id of a request that was made without one; 2.0.1 demands an id.
UNNUMBERED: Final = 2**31 - 1
_KEY: Final = "v20"
_LONGEST_CERTIFICATE: Final = 5500
_LONGEST_CHAIN: Final = 10_000
_LONGEST_DIGITS: Final = 800
_LONGEST_READING: Final = 512


# --- fields -------------------------------------------------------------------------------------------------------


def _pem(kind: str, longest: int) -> Make:
    def convert(value: str, context: Context) -> str:
        try:
            said = to_pem(value, kind)
        except NotReadable:
            raise Unsayable(value, "InvalidCertificate", fatal=context.strict) from None
        return _fitting(said, longest, context)

    return lambda _: convert


def _digits(value: str, context: Context) -> str:
    """One certificate in 2.0; those of its authorities have no place beside it."""
    first, *rest = _all_digits(value, context)
    if rest:
        context.lose(f"{len(rest)} more certificates", "the other version takes a single certificate here")
    return first


def _all_digits(value: str, context: Context) -> tuple[str, ...]:
    try:
        return tuple(_fitting(digits, _LONGEST_DIGITS, context) for digits in to_digits(value))
    except NotReadable:
        raise Unsayable(value, "InvalidCertificate", fatal=context.strict) from None


def _fitting(text: str, longest: int, context: Context) -> str:
    if len(text) > longest:
        raise Unsayable(text, "TooLargeElement", fatal=context.strict)
    return text


def _chain(converters: Converters) -> Convert:
    one = _pem(CERTIFICATE, _LONGEST_CHAIN)(converters)

    def convert(values: tuple[str, ...], context: Context) -> str:
        return _fitting("".join(one(value, context) for value in values), _LONGEST_CHAIN, context)

    return convert


def _one_schedule(converters: Converters) -> Convert:
    inner = converters.between(newer.ChargingSchedule, wire.ChargingSchedule)

    def convert(schedules: tuple[Any, ...], context: Context) -> Any:
        if len(schedules) > 1:
            # Leaving the vehicle fewer schedules to choose from is not what was asked for.
            raise Unsayable(schedules, "TooManyElements", fatal=context.strict)
        return inside("[0]", inner, schedules[0], context)

    return convert


def _schedules(converters: Converters) -> Convert:
    inner = converters.between(wire.ChargingSchedule, newer.ChargingSchedule)
    return lambda schedule, context: (inner(schedule, context),)


def _first_location(locations: tuple[str, ...], context: Context) -> str:
    if locations[1:]:
        context.lose(locations[1:], "the other version has room for one location")
    return locations[0]


def number(_converters: Converters) -> Convert:
    """The id of a request, unless it was made up here."""
    return lambda request_id, _context: None if request_id == UNNUMBERED else request_id


def _evse_named(evse_id: int, _context: Context) -> newer.EVSE | None:
    return newer.EVSE(id=evse_id) if evse_id else None


def _monitor_named(monitor: wire.VariableMonitoring, context: Context) -> int:
    for name in ("transaction", "value", "type", "severity"):
        context.lose(getattr(monitor, name), NO_SUCH_FIELD, name)
    return monitor.id


#: Fields of 2.0 whose values are built differently in 2.0.1.
UP: Final[Mapping[tuple[str, str], Make]] = {
    ("CertificateSignedRequest", "cert"): _chain,
    ("ChangeAvailabilityRequest", "evseId"): lambda _: _evse_named,
    ("ChargingProfile", "chargingSchedule"): _schedules,
    ("EventData", "variableMonitoringEvent"): lambda _: _monitor_named,
    ("Firmware", "signingCertificate"): _pem(CERTIFICATE, _LONGEST_CERTIFICATE),
    ("InstallCertificateRequest", "certificate"): _pem(CERTIFICATE, _LONGEST_CERTIFICATE),
    ("PublishFirmwareStatusNotificationRequest", "location"): lambda _: lambda location, _context: (location,),
    ("SignCertificateRequest", "csr"): _pem(CERTIFICATE_REQUEST, _LONGEST_CERTIFICATE),
}

#: Fields of 2.0.1 whose values are built differently in 2.0.
DOWN: Final[Mapping[tuple[str, str], Make]] = {
    ("CertificateSignedRequest", "certificateChain"): lambda _: _all_digits,
    ("ChargingProfile", "chargingSchedule"): _one_schedule,
    ("Firmware", "signingCertificate"): lambda _: _digits,
    ("InstallCertificateRequest", "certificate"): lambda _: _digits,
    ("PublishFirmwareStatusNotificationRequest", "location"): lambda _: _first_location,
    ("SignCertificateRequest", "csr"): lambda _: _digits,
}


# --- objects, to 2.0.1 --------------------------------------------------------------------------------------------


def _authorize_response_up(converters: Converters) -> Convert:
    plainly = converters.field_by_field(wire.AuthorizeResponse, newer.AuthorizeResponse)

    def convert(value: wire.AuthorizeResponse, context: Context) -> newer.AuthorizeResponse:
        said = plainly(msgspec.structs.replace(value, evse_id=None), context)
        info = msgspec.structs.replace(said.id_token_info, evse_id=value.evse_id)
        return msgspec.structs.replace(said, id_token_info=info)  # type: ignore[no-any-return]

    return convert


def _reserve_now_up(converters: Converters) -> Convert:
    token = converters.between(wire.IdToken, newer.IdToken)

    def convert(value: wire.ReserveNowRequest, context: Context) -> newer.ReserveNowRequest:
        reservation = value.reservation
        if reservation.evse.connector_id is not None:
            context.lose(reservation.evse.connector_id, NO_SUCH_FIELD, "connectorId", "evse", "reservation")
        group = value.group_id_token
        return newer.ReserveNowRequest(
            id=reservation.id,
            expiry_date_time=reservation.expiry_date_time,
            connector_type=reservation.connector_code,
            evse_id=reservation.evse.id or None,
            id_token=inside("idToken", token, value.id_token, context),
            group_id_token=None if group is None else inside("groupIdToken", token, group, context),
        )

    return convert


def _clear_profile_up(_converters: Converters) -> Convert:
    def convert(value: wire.ClearChargingProfileRequest, _context: Context) -> newer.ClearChargingProfileRequest:
        profile = value.charging_profile or wire.ClearChargingProfile()
        criteria = newer.ClearChargingProfile(
            evse_id=value.evse_id,
            charging_profile_purpose=profile.charging_profile_purpose,
            stack_level=profile.stack_level,
        )
        return newer.ClearChargingProfileRequest(
            charging_profile_id=profile.id,
            charging_profile_criteria=None if criteria == newer.ClearChargingProfile() else criteria,
        )

    return convert


def _signed_value_up(_converters: Converters) -> Convert:
    def convert(value: wire.SignedMeterValue, context: Context) -> newer.SignedMeterValue:
        residue = None
        if context.emit_custom_data:
            residue = CustomData(HOUSE_VENDOR, **{_KEY: {"meterValueSignature": value.meter_value_signature}})
        else:
            context.lose(value.meter_value_signature, NO_SUCH_FIELD, "meterValueSignature")
        return newer.SignedMeterValue(
            signed_meter_data=value.encoded_meter_value,
            signing_method=value.signature_method.value,
            encoding_method=value.encoding_method.value,
            public_key="",
            custom_data=residue,
        )

    return convert


# --- objects, to 2.0 ----------------------------------------------------------------------------------------------


def _authorize_response_down(converters: Converters) -> Convert:
    plainly = converters.field_by_field(newer.AuthorizeResponse, wire.AuthorizeResponse)

    def convert(value: newer.AuthorizeResponse, context: Context) -> wire.AuthorizeResponse:
        info = msgspec.structs.replace(value.id_token_info, evse_id=None)
        said = plainly(msgspec.structs.replace(value, id_token_info=info), context)
        return msgspec.structs.replace(said, evse_id=value.id_token_info.evse_id)  # type: ignore[no-any-return]

    return convert


def _token_info_down(converters: Converters) -> Convert:
    plainly = converters.field_by_field(newer.IdTokenInfo, wire.IdTokenInfo)

    def convert(value: newer.IdTokenInfo, context: Context) -> wire.IdTokenInfo:
        if value.evse_id is not None and context.strict:
            # In a local list the token would become good everywhere.
            unsayable = Unsayable(value.evse_id, "UnsupportedParam", fatal=True)
            unsayable.path.append("evseId")
            raise unsayable
        return plainly(value, context)  # type: ignore[no-any-return]

    return convert


def _reserve_now_down(converters: Converters) -> Convert:
    token = converters.between(newer.IdToken, wire.IdToken)

    def convert(value: newer.ReserveNowRequest, context: Context) -> wire.ReserveNowRequest:
        _lose_custom_data(value, context)
        group = value.group_id_token
        return wire.ReserveNowRequest(
            id_token=inside("idToken", token, value.id_token, context),
            reservation=wire.Reservation(
                id=value.id,
                expiry_date_time=value.expiry_date_time,
                connector_code=value.connector_type,
                evse=wire.EVSE(id=value.evse_id or 0),
            ),
            group_id_token=None if group is None else inside("groupIdToken", token, group, context),
        )

    return convert


def _clear_profile_down(_converters: Converters) -> Convert:
    def convert(value: newer.ClearChargingProfileRequest, context: Context) -> wire.ClearChargingProfileRequest:
        _lose_custom_data(value, context)
        criteria = value.charging_profile_criteria or newer.ClearChargingProfile()
        _lose_custom_data(criteria, context, "chargingProfileCriteria")
        profile = wire.ClearChargingProfile(
            id=value.charging_profile_id,
            charging_profile_purpose=criteria.charging_profile_purpose,
            stack_level=criteria.stack_level,
        )
        return wire.ClearChargingProfileRequest(
            evse_id=criteria.evse_id, charging_profile=None if profile == wire.ClearChargingProfile() else profile
        )

    return convert


def _signed_value_down(_converters: Converters) -> Convert:
    methods = {member.value: member for member in wire.SignatureMethod}
    encodings = {member.value: member for member in wire.EncodingMethod}

    def convert(value: newer.SignedMeterValue, context: Context) -> wire.SignedMeterValue:
        signature = _residue(value).get("meterValueSignature")
        if not isinstance(signature, str):
            signature = ""
            _lose_custom_data(value, context)
        method = methods.get(value.signing_method)
        if method is None:
            raise Unsayable(value, "InvalidValue", fatal=context.strict)
        encoding = encodings.get(value.encoding_method)
        if encoding is None:
            context.lose(value.encoding_method, "said as Other", "encodingMethod")
        if value.public_key:
            context.lose(value.public_key, NO_SUCH_FIELD, "publicKey")
        return wire.SignedMeterValue(
            meter_value_signature=signature,
            signature_method=method,
            encoding_method=encoding or wire.EncodingMethod.OTHER,
            encoded_meter_value=_fitting(value.signed_meter_data, _LONGEST_READING, context),
        )

    return convert


def _residue(value: Any) -> Mapping[str, Any]:
    custom_data = value.custom_data
    if custom_data is None or custom_data.vendor_id != HOUSE_VENDOR:
        return {}
    residue = custom_data.members.get(_KEY)
    return residue if isinstance(residue, Mapping) else {}


def _evse_or_station(_converters: Converters) -> Convert:
    def convert(value: newer.ChangeAvailabilityRequest, context: Context) -> wire.ChangeAvailabilityRequest:
        _lose_custom_data(value, context)
        evse = value.evse
        if evse is not None and evse.connector_id is not None:
            # Taking the whole EVSE out of service is more than was asked for.
            unsayable = Unsayable(evse.connector_id, "UnsupportedParam", fatal=context.strict)
            unsayable.path += ["connectorId", "evse"]
            raise unsayable
        if evse is not None:
            _lose_custom_data(evse, context, "evse")
        return wire.ChangeAvailabilityRequest(
            evse_id=0 if evse is None else evse.id, operational_status=value.operational_status
        )

    return convert


def _lose_custom_data(value: Any, context: Context, *path: str) -> None:
    if value.custom_data is not None:
        context.lose(value.custom_data, NO_SUCH_FIELD, "customData", *path)


# --- statuses that became reasons -----------------------------------------------------------------------------------

#: Statuses of 2.0 that 2.0.1 says as Rejected, with this reason.
VARIABLE_REASONS: Final = {"InvalidValue": "InvalidValue", "OutOfRange": "ValueOutOfRange"}
MONITOR_REASONS: Final = {"OutOfRange": "ValueOutOfRange"}
CERTIFICATE_REASONS: Final = {
    "CertChainError": "CertChainError",
    "CertificateExpired": "CertificateExpired",
    "CertificateRevoked": "CertificateRevoked",
    "ContractCancelled": "ContractCancelled",
    "NoCertificateAvailable": "NoCertificate",
    "SignatureError": "SignatureError",
}


def _with_reason(type_: str, status: str, info: str, reasons: Mapping[str, str]) -> Make:
    """Say a status as Rejected and its name as the reason."""
    source, target = getattr(wire, type_), getattr(newer, type_)
    old_kind, new_kind = _kind(source, status), _kind(target, status)

    def make(converters: Converters) -> Convert:
        plainly = converters.field_by_field(source, target)
        accepted = old_kind("Accepted")

        def convert(value: Any, context: Context) -> Any:
            reason = reasons.get(getattr(value, status))
            if reason is None:
                return plainly(value, context)
            said = plainly(msgspec.structs.replace(value, **{status: accepted}), context)
            return msgspec.structs.replace(
                said, **{status: new_kind("Rejected"), info: newer.StatusInfo(reason_code=reason)}
            )

        return convert

    return make


def _from_reason(type_: str, status: str, info: str, reasons: Mapping[str, str]) -> Make:
    """Say Rejected as the status that its reason names, if it names one."""
    source, target = getattr(newer, type_), getattr(wire, type_)
    kind = _kind(target, status)
    named = {reason: kind(value) for value, reason in reasons.items()}

    def make(converters: Converters) -> Convert:
        plainly = converters.field_by_field(source, target)

        def convert(value: Any, context: Context) -> Any:
            found = getattr(value, info)
            meant = named.get(found.reason_code) if found is not None else None
            if meant is None or getattr(value, status) != "Rejected" or found.additional_info or found.custom_data:
                return plainly(value, context)
            accepted = type(getattr(value, status))("Accepted")
            said = plainly(msgspec.structs.replace(value, **{info: None, status: accepted}), context)
            return msgspec.structs.replace(said, **{status: meant})

        return convert

    return make


def _kind(struct: type[Any], field: str) -> Any:
    """The enum of a field."""
    return next(one.type for one in msgspec.structs.fields(struct) if one.name == field)


_REASONED: Final = (
    ("InstallCertificateResponse", "status", "status_info", CERTIFICATE_REASONS),
    ("SetMonitoringResult", "status", "status_info", MONITOR_REASONS),
    ("SetVariableResult", "attribute_status", "attribute_status_info", VARIABLE_REASONS),
)

REBUILT_UP: Final[Mapping[str, Make]] = {
    "AuthorizeResponse": _authorize_response_up,
    "ClearChargingProfileRequest": _clear_profile_up,
    "ReserveNowRequest": _reserve_now_up,
    "SignedMeterValue": _signed_value_up,
} | {row[0]: _with_reason(*row) for row in _REASONED}

REBUILT_DOWN: Final[Mapping[str, Make]] = {
    "AuthorizeResponse": _authorize_response_down,
    "ChangeAvailabilityRequest": _evse_or_station,
    "ClearChargingProfileRequest": _clear_profile_down,
    "IdTokenInfo": _token_info_down,
    "ReserveNowRequest": _reserve_now_down,
    "SignedMeterValue": _signed_value_down,
} | {row[0]: _from_reason(*row) for row in _REASONED}
