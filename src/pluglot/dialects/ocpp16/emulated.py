"""Variables a 2.x management system expects and a 1.6 station has no key for (mapping 8.5, 8.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from pluglot.dialects.ocpp16 import wire

Name = tuple[str, str, str | None]


class Configured(Protocol):
    """What the emulated variables are worked out from."""

    identity: str
    configuration: dict[str, wire.KeyValue]

    def setting(self, key: str) -> str | None:
        """The last known text of a configuration key."""
        ...


Value = Callable[[Any, datetime], str]


def _fixed(value: str) -> Value:
    return lambda _half, _now: value


def _present(key: str) -> Value:
    return lambda half, _now: _flag(half.setting(key) is not None)


def _profile(name: str) -> Value:
    return lambda half, _now: _flag(has_profile(half, name))


def _positive(key: str) -> Value:
    return lambda half, _now: _flag((half.setting(key) or "0").strip() not in {"", "0"})


def _flag(value: bool) -> str:  # noqa: FBT001 - the value to write
    return "true" if value else "false"


def has_profile(half: Configured, name: str) -> bool:
    """Whether the station says that it has a feature profile."""
    profiles = (half.setting("SupportedFeatureProfiles") or "").casefold()
    return name.casefold() in {item.strip() for item in profiles.split(",")}


EMULATED: Final[Mapping[Name, Value]] = {
    ("TxCtrlr", "TxStartPoint", None): _fixed("PowerPathClosed"),
    ("TxCtrlr", "TxStopPoint", None): _fixed("EVConnected,Authorized"),
    ("TxCtrlr", "TxBeforeAcceptedEnabled", None): _fixed("false"),
    ("AuthCtrlr", "Enabled", None): _fixed("true"),
    ("AuthCacheCtrlr", "Available", None): _present("AuthorizationCacheEnabled"),
    # A 1.6 station without the key for it begins with its register alone.
    ("SampledDataCtrlr", "TxStartedMeasurands", None): _fixed("Energy.Active.Import.Register"),
    ("AlignedDataCtrlr", "Available", None): _fixed("true"),
    ("AlignedDataCtrlr", "Enabled", None): _positive("ClockAlignedDataInterval"),
    ("SampledDataCtrlr", "Available", None): _fixed("true"),
    ("SampledDataCtrlr", "Enabled", None): _positive("MeterValueSampleInterval"),
    ("LocalAuthListCtrlr", "Available", None): _profile("LocalAuthListManagement"),
    ("LocalAuthListCtrlr", "Entries", None): lambda half, _now: str(len(half.list_tags or ())),
    ("LocalAuthListCtrlr", "BytesPerMessage", None): _fixed("65000"),
    ("ReservationCtrlr", "Available", None): _profile("Reservation"),
    ("ReservationCtrlr", "Enabled", None): _profile("Reservation"),
    ("SmartChargingCtrlr", "Available", None): _profile("SmartCharging"),
    ("SmartChargingCtrlr", "Enabled", None): _profile("SmartCharging"),
    ("SmartChargingCtrlr", "LimitChangeSignificance", None): _fixed("0"),
    ("SmartChargingCtrlr", "Entries", "ChargingProfiles"): lambda half, _now: str(len(half.profiles)),
    ("MonitoringCtrlr", "Available", None): _fixed("false"),
    ("MonitoringCtrlr", "Enabled", None): _fixed("false"),
    ("DisplayMessageCtrlr", "Available", None): _fixed("false"),
    ("DisplayMessageCtrlr", "Enabled", None): _fixed("false"),
    ("TariffCostCtrlr", "Available", "Tariff"): _present("CustomDisplayCostAndPrice"),
    ("TariffCostCtrlr", "Available", "Cost"): _present("CustomDisplayCostAndPrice"),
    ("DeviceDataCtrlr", "ItemsPerMessage", "SetVariables"): _fixed("8"),
    ("DeviceDataCtrlr", "ItemsPerMessage", "GetReport"): _fixed("50"),
    ("DeviceDataCtrlr", "BytesPerMessage", "GetReport"): _fixed("65000"),
    ("DeviceDataCtrlr", "BytesPerMessage", "GetVariables"): _fixed("65000"),
    ("DeviceDataCtrlr", "BytesPerMessage", "SetVariables"): _fixed("65000"),
    ("OCPPCommCtrlr", "NetworkConfigurationPriority", None): _fixed("1"),
    ("OCPPCommCtrlr", "ActiveNetworkProfile", None): _fixed("1"),
    ("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", None): _fixed("3"),
    ("OCPPCommCtrlr", "OfflineThreshold", None): _fixed("60"),
    ("OCPPCommCtrlr", "QueueAllMessages", None): _fixed("false"),
    ("ClockCtrlr", "DateTime", None): lambda _half, now: now.isoformat(timespec="seconds").replace("+00:00", "Z"),
    ("ClockCtrlr", "TimeSource", None): _fixed("Heartbeat"),
    ("SecurityCtrlr", "Identity", None): lambda half, _now: str(half.identity),
}
COMPONENTS: Final = frozenset(component for component, _, _ in EMULATED)
