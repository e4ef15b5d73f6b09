"""Configuration keys of 1.6 beside components and variables of the house (mapping, chapter 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from pluglot import messages as house
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import MEASURAND_TO_HOUSE

#: The component of keys that have no standard variable.
LEGACY: Final = "OCPP16LegacyCtrlr"
#: Which units a station takes in charging schedules.
RATE_UNITS_ALLOWED: Final = "ChargingScheduleAllowedChargingRateUnit"
_LONGEST_VALUE: Final = 500


class Access(StrEnum):
    """Who may do what with a key, as 1.6 defines it."""

    READ = "R"
    WRITE = "W"
    READ_WRITE = "RW"


class Transform(StrEnum):
    """How the text of a key becomes the value of a variable (8.1)."""

    BOOLEAN = "b"
    INTEGER = "i"
    TEXT = "s"
    MEASURANDS = "m"
    RATE_UNITS = "u"
    LIST = "c"
    KEY = "k"
    #: A text inside JSON (row 60).
    PRICE = "j"
    #: Worked out from several sources; not a variable of its own.
    DERIVED = "-"


class Place(NamedTuple):
    """A variable of the house."""

    component: str
    variable: str
    instance: str | None = None
    #: ``None`` for the value itself, else the characteristic that the key stands for.
    characteristic: str | None = None


class Key(NamedTuple):
    """One row of the table."""

    name: str
    access: Access
    transform: Transform
    #: Read from the first; written to all.
    places: tuple[Place, ...]
    unit: str | None = None


_B, _I, _S, _M = Transform.BOOLEAN, Transform.INTEGER, Transform.TEXT, Transform.MEASURANDS
_U, _C, _K, _D = Transform.RATE_UNITS, Transform.LIST, Transform.KEY, Transform.DERIVED
_R, _W, _RW = Access.READ, Access.WRITE, Access.READ_WRITE


def _row(
    name: str,
    access: Access,
    transform: Transform,
    *paths: str,
    characteristic: str | None = None,
    unit: str | None = None,
) -> Key:
    places = tuple(_place(path, characteristic) for path in paths) or (Place(LEGACY, name),)
    return Key(name, access, transform, places, unit)


def _place(path: str, characteristic: str | None) -> Place:
    match = re.fullmatch(r"(\w+)\.(\w+)(?:\[(\w+)\])?", path)
    if match is None:
        raise ValueError(f"{path} is no Component.Variable[instance]")
    return Place(match[1], match[2], match[3], characteristic)


KEYS: Final[tuple[Key, ...]] = (
    # 8.2 core, local list, reservation, smart charging, firmware
    _row("AllowOfflineTxForUnknownId", _RW, _B, "AuthCtrlr.OfflineTxForUnknownIdEnabled"),
    _row("AuthorizationCacheEnabled", _RW, _B, "AuthCacheCtrlr.Enabled"),
    _row("AuthorizeRemoteTxRequests", _RW, _B, "AuthCtrlr.AuthorizeRemoteStart"),
    _row("BlinkRepeat", _RW, _I),
    _row(
        "ClockAlignedDataInterval", _RW, _I, "AlignedDataCtrlr.Interval", "AlignedDataCtrlr.TxEndedInterval", unit="s"
    ),
    _row("ConnectionTimeOut", _RW, _I, "TxCtrlr.EVConnectionTimeOut", unit="s"),
    _row("ConnectorPhaseRotation", _RW, _D),
    _row("ConnectorPhaseRotationMaxLength", _R, _I),
    _row("GetConfigurationMaxKeys", _R, _I, "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"),
    _row("HeartbeatInterval", _RW, _I, "OCPPCommCtrlr.HeartbeatInterval", unit="s"),
    _row("LightIntensity", _RW, _I, unit="Percent"),
    _row("LocalAuthorizeOffline", _RW, _B, "AuthCtrlr.LocalAuthorizeOffline"),
    _row("LocalPreAuthorize", _RW, _B, "AuthCtrlr.LocalPreAuthorize"),
    _row("MaxEnergyOnInvalidId", _RW, _I, "TxCtrlr.MaxEnergyOnInvalidId", unit="Wh"),
    _row("MeterValuesAlignedData", _RW, _M, "AlignedDataCtrlr.Measurands"),
    _row("MeterValuesAlignedDataMaxLength", _R, _I, "AlignedDataCtrlr.Measurands", characteristic="max_elements"),
    _row("MeterValuesSampledData", _RW, _M, "SampledDataCtrlr.TxUpdatedMeasurands"),
    _row(
        "MeterValuesSampledDataMaxLength",
        _R,
        _I,
        "SampledDataCtrlr.TxUpdatedMeasurands",
        characteristic="max_elements",
    ),
    _row(
        "MeterValueSampleInterval",
        _RW,
        _I,
        "SampledDataCtrlr.TxUpdatedInterval",
        "SampledDataCtrlr.TxEndedInterval",
        unit="s",
    ),
    _row("MinimumStatusDuration", _RW, _I, unit="s"),
    _row("NumberOfConnectors", _R, _D),
    _row("ResetRetries", _RW, _I, "OCPPCommCtrlr.ResetRetries"),
    _row("StopTransactionOnEVSideDisconnect", _RW, _B, "TxCtrlr.StopTxOnEVSideDisconnect"),
    _row("StopTransactionOnInvalidId", _RW, _B, "TxCtrlr.StopTxOnInvalidId"),
    _row("StopTxnAlignedData", _RW, _M, "AlignedDataCtrlr.TxEndedMeasurands"),
    _row("StopTxnAlignedDataMaxLength", _R, _I, "AlignedDataCtrlr.TxEndedMeasurands", characteristic="max_elements"),
    _row("StopTxnSampledData", _RW, _M, "SampledDataCtrlr.TxEndedMeasurands"),
    _row("StopTxnSampledDataMaxLength", _R, _I, "SampledDataCtrlr.TxEndedMeasurands", characteristic="max_elements"),
    _row("SupportedFeatureProfiles", _R, _D),
    _row("SupportedFeatureProfilesMaxLength", _R, _I),
    _row("TransactionMessageAttempts", _RW, _I, "OCPPCommCtrlr.MessageAttempts[TransactionEvent]"),
    _row(
        "TransactionMessageRetryInterval", _RW, _I, "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]", unit="s"
    ),
    _row("UnlockConnectorOnEVSideDisconnect", _RW, _B, "OCPPCommCtrlr.UnlockOnEVSideDisconnect"),
    _row("WebSocketPingInterval", _RW, _I, "OCPPCommCtrlr.WebSocketPingInterval", unit="s"),
    _row("MessageTimeout", _RW, _I, "OCPPCommCtrlr.MessageTimeout[Default]", unit="s"),
    _row("StopTransactionMaxMeterValues", _R, _I),
    _row("SupportedFileTransferProtocols", _R, _C, "OCPPCommCtrlr.FileTransferProtocols"),
    _row("LocalAuthListEnabled", _RW, _B, "LocalAuthListCtrlr.Enabled"),
    _row("LocalAuthListMaxLength", _R, _I, "LocalAuthListCtrlr.Entries", characteristic="max_limit"),
    _row("SendLocalListMaxLength", _R, _I, "LocalAuthListCtrlr.ItemsPerMessage"),
    _row("ReserveConnectorZeroSupported", _R, _B, "ReservationCtrlr.NonEvseSpecific"),
    _row("ChargeProfileMaxStackLevel", _R, _I, "SmartChargingCtrlr.ProfileStackLevel"),
    _row(RATE_UNITS_ALLOWED, _R, _U, "SmartChargingCtrlr.RateUnit"),
    _row("ChargingScheduleMaxPeriods", _R, _I, "SmartChargingCtrlr.PeriodsPerSchedule"),
    _row("ConnectorSwitch3to1PhaseSupported", _R, _B, "SmartChargingCtrlr.Phases3to1"),
    _row(
        "MaxChargingProfilesInstalled",
        _R,
        _I,
        "SmartChargingCtrlr.Entries[ChargingProfiles]",
        characteristic="max_limit",
    ),
    # 8.3 security, plug and charge, cost, signed meter values
    _row("AdditionalRootCertificateCheck", _R, _B, "SecurityCtrlr.AdditionalRootCertificateCheck"),
    _row("AuthorizationKey", _W, _K, "SecurityCtrlr.BasicAuthPassword"),
    _row("CertificateSignedMaxChainSize", _R, _I, "SecurityCtrlr.MaxCertificateChainSize"),
    _row("CertificateStoreMaxLength", _R, _I, "SecurityCtrlr.CertificateEntries", characteristic="max_limit"),
    _row("CpoName", _RW, _S, "SecurityCtrlr.OrganizationName"),
    _row("SecurityProfile", _RW, _I, "SecurityCtrlr.SecurityProfile"),
    _row("ISO15118PnCEnabled", _RW, _B, "ISO15118Ctrlr.PnCEnabled"),
    _row("CentralContractValidationAllowed", _RW, _B, "ISO15118Ctrlr.CentralContractValidationAllowed"),
    _row("ContractValidationOffline", _RW, _B, "ISO15118Ctrlr.ContractValidationOffline"),
    _row("CertSigningWaitMinimum", _RW, _I, "SecurityCtrlr.CertSigningWaitMinimum", unit="s"),
    _row("CertSigningRepeatTimes", _RW, _I, "SecurityCtrlr.CertSigningRepeatTimes"),
    _row("CustomDisplayCostAndPrice", _RW, _B, "TariffCostCtrlr.Enabled[Tariff]", "TariffCostCtrlr.Enabled[Cost]"),
    _row("DefaultPrice", _RW, _S),
    _row("DefaultPriceText", _RW, Transform.PRICE, "TariffCostCtrlr.TariffFallbackMessage"),
    _row("NumberOfDecimalsForCostValues", _RW, _I),
    _row("TimeOffset", _RW, _S, "ClockCtrlr.TimeOffset"),
    _row("NextTimeOffsetTransitionDateTime", _RW, _S, "ClockCtrlr.NextTimeOffsetTransitionDateTime"),
    _row("TimeOffsetNextTransition", _RW, _S, "ClockCtrlr.TimeOffset[NextTransition]"),
    _row("CustomIdleFeeAfterStop", _RW, _B),
    _row("CustomMultiLanguageMessages", _RW, _B),
    _row("SupportedLanguages", _R, _C, "DisplayMessageCtrlr.Language", characteristic="values_list"),
    _row("Language", _RW, _S, "DisplayMessageCtrlr.Language"),
    _row("PublicKeyWithSignedMeterValue", _RW, _S, "OCPPCommCtrlr.PublicKeyWithSignedMeterValue"),
    _row("SampledDataSignReadings", _RW, _B, "SampledDataCtrlr.SignReadings"),
    _row("StartTxnSampledData", _RW, _M, "SampledDataCtrlr.TxStartedMeasurands"),
    _row("SampledDataSignStartedReadings", _RW, _B, "SampledDataCtrlr.SignStartedReadings"),
    _row("SampledDataSignUpdatedReadings", _RW, _B, "SampledDataCtrlr.SignUpdatedReadings"),
    _row("AlignedDataSignReadings", _RW, _B, "AlignedDataCtrlr.SignReadings"),
    _row("AlignedDataSignUpdatedReadings", _RW, _B, "AlignedDataCtrlr.SignUpdatedReadings"),
)

#: Names that stations of earlier editions use -> the name in the table.
_EARLIER: Final = {"certificatesignedmaxsize": "certificatesignedmaxchainsize"}
_NAMED: Final = {key.name.casefold(): key for key in KEYS}
BY_NAME: Final[Mapping[str, Key]] = _NAMED | {earlier: _NAMED[name] for earlier, name in _EARLIER.items()}


def folded(name: str) -> str:
    """A name of a key as it is compared: letter case and earlier names make no difference."""
    text = name.casefold()
    return _EARLIER.get(text, text)


#: Keys whose value is a variable; the first row of a variable wins.
BY_PLACE: Final[Mapping[tuple[str, str, str | None], Key]] = {
    (place.component, place.variable, place.instance): key
    for key in reversed(KEYS)
    for place in key.places
    if place.characteristic is None and key.transform is not Transform.DERIVED
}
#: Components that some row or some emulated variable names.
COMPONENTS: Final = frozenset(place.component for key in KEYS for place in key.places)

_DATA_TYPES: Final = {
    Transform.BOOLEAN: house.VariableDataType.BOOLEAN,
    Transform.INTEGER: house.VariableDataType.INTEGER,
    Transform.MEASURANDS: house.VariableDataType.MEMBER_LIST,
    Transform.RATE_UNITS: house.VariableDataType.MEMBER_LIST,
    Transform.LIST: house.VariableDataType.MEMBER_LIST,
}


def data_type(key: Key) -> house.VariableDataType:
    """What kind of value the variable of a key has."""
    if key.places[0].component == LEGACY:
        return house.VariableDataType.STRING
    return _DATA_TYPES.get(key.transform, house.VariableDataType.STRING)


# --- values -------------------------------------------------------------------------------------------------------

_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0"})
_UNITS_TO_HOUSE: Final = {"current": "A", "power": "W", "a": "A", "w": "W"}
_UNITS_TO_WIRE: Final = {"A": "Current", "W": "Power"}
_PHASE: Final = re.compile(r"\.(?:L1-L2|L2-L3|L3-L1|L[123]-N|L[123]|N)$")
_HOUSE_MEASURANDS: Final = frozenset(member.value for member in house.Measurand)
_ANY_MEASURANDS: Final = _HOUSE_MEASURANDS | {member.value for member in wire.Measurand}


def value_to_house(transform: Transform, text: str) -> str:
    """The value of the variable for the text of a key."""
    match transform:
        case Transform.BOOLEAN:
            folded = text.strip().casefold()
            return "true" if folded in _TRUE else "false" if folded in _FALSE else text
        case Transform.RATE_UNITS:
            return ",".join(_UNITS_TO_HOUSE.get(item.casefold(), item) for item in _items(text))
        case Transform.MEASURANDS:
            names = (_PHASE.sub("", item) for item in _items(text))
            return ",".join(dict.fromkeys(name for name in names if name in _HOUSE_MEASURANDS))
        case Transform.LIST:
            return ",".join(_items(text))
        case Transform.PRICE:
            return str(_price(text).get(_PRICE_TEXT, text))
        case _:
            return text.strip() if transform is Transform.INTEGER else text


def lost_measurands(text: str) -> list[str]:
    """The items of a list of measurands that 2.x cannot say: unknown there, or of one phase."""
    return [item for item in _items(text) if item not in _HOUSE_MEASURANDS]


def odd_measurands(text: str) -> list[str]:
    """The items of a list of measurands that are none of any version."""
    return [item for item in _items(text) if _PHASE.sub("", item) not in _ANY_MEASURANDS]


class UnsayableValue(ValueError):
    """A value that a 1.6 key cannot take; the argument is the reason code."""


WIRE_MEASURANDS: Final = frozenset(member.value for member in MEASURAND_TO_HOUSE)


def value_to_wire(transform: Transform, value: str, *, current: str = "", encoding: str = "hex") -> str:
    """The text of a key for the value of a variable; ``current`` is the text the station has now.

    Raises:
        UnsayableValue: 1.6 cannot say it, or the station would do something else than asked.
    """
    match transform:
        case Transform.RATE_UNITS:
            text = ",".join(_UNITS_TO_WIRE.get(item, item) for item in _items(value))
        case Transform.MEASURANDS:
            text = _measurands_to_wire(value, current)
        case Transform.KEY:
            text = _password(value, encoding)
        case Transform.BOOLEAN:
            text = value.casefold()
        case Transform.PRICE:
            text = msgspec.json.encode({**_price(current), _PRICE_TEXT: value}).decode()
        case _:
            text = value
    if len(text) > _LONGEST_VALUE:
        raise UnsayableValue("TooLargeElement")
    return text


def _measurands_to_wire(value: str, current: str) -> str:
    wanted = _items(value)
    # Measuring less than asked without a word would be a billing risk (8.6).
    if any(item not in WIRE_MEASURANDS for item in wanted):
        raise UnsayableValue("ValueOutOfRange")
    phased: dict[str, list[str]] = {}
    for item in _items(current):
        name = _PHASE.sub("", item)
        if name != item:
            phased.setdefault(name, []).append(item)
    return ",".join(text for item in wanted for text in phased.get(item, [item]))


_SHORTEST_KEY: Final = 16
_LONGEST_KEY: Final = 20


def _password(value: str, encoding: str) -> str:
    length = len(value.encode())
    if length > _LONGEST_KEY:
        raise UnsayableValue("ValueTooHigh")
    if length < _SHORTEST_KEY:
        raise UnsayableValue("ValueTooLow")
    return value.encode().hex() if encoding == "hex" else value


_PRICE_TEXT: Final = "priceText"


def _price(text: str) -> dict[str, Any]:
    """What a DefaultPriceText says; nothing when it is no JSON object."""
    try:
        tree = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return {}
    return tree if isinstance(tree, dict) else {}


def _items(text: str) -> list[str]:
    return [item for part in text.split(",") if (item := part.strip())]
