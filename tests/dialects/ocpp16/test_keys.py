"""Every row of the configuration keys (mapping chapter 8), read and written through both halves."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from pluglot import messages as house
from pluglot.dialects import Policy
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.keys import KEYS
from tests.dialects.driver import NOW, message, shown
from tests.dialects.ocpp16.test_csms_features import Served
from tests.dialects.ocpp16.test_station_features import Told

LEGACY = "OCPP16LegacyCtrlr"
#: number, key, access, transform, variables or "-", attribute: as the table has them.
TABLE = """
1 AllowOfflineTxForUnknownId RW b AuthCtrlr.OfflineTxForUnknownIdEnabled Actual
2 AuthorizationCacheEnabled RW b AuthCacheCtrlr.Enabled Actual
3 AuthorizeRemoteTxRequests RW b AuthCtrlr.AuthorizeRemoteStart Actual
4 BlinkRepeat RW i - Actual
5 ClockAlignedDataInterval RW i AlignedDataCtrlr.Interval;AlignedDataCtrlr.TxEndedInterval Actual
6 ConnectionTimeOut RW i TxCtrlr.EVConnectionTimeOut Actual
9 GetConfigurationMaxKeys R i DeviceDataCtrlr.ItemsPerMessage[GetVariables] Actual
10 HeartbeatInterval RW i OCPPCommCtrlr.HeartbeatInterval Actual
11 LightIntensity RW i - Actual
12 LocalAuthorizeOffline RW b AuthCtrlr.LocalAuthorizeOffline Actual
13 LocalPreAuthorize RW b AuthCtrlr.LocalPreAuthorize Actual
14 MaxEnergyOnInvalidId RW i TxCtrlr.MaxEnergyOnInvalidId Actual
15 MeterValuesAlignedData RW m AlignedDataCtrlr.Measurands Actual
16 MeterValuesAlignedDataMaxLength R i AlignedDataCtrlr.Measurands maxElements
17 MeterValuesSampledData RW m SampledDataCtrlr.TxUpdatedMeasurands Actual
18 MeterValuesSampledDataMaxLength R i SampledDataCtrlr.TxUpdatedMeasurands maxElements
19 MeterValueSampleInterval RW i SampledDataCtrlr.TxUpdatedInterval;SampledDataCtrlr.TxEndedInterval Actual
20 MinimumStatusDuration RW i - Actual
22 ResetRetries RW i OCPPCommCtrlr.ResetRetries Actual
23 StopTransactionOnEVSideDisconnect RW b TxCtrlr.StopTxOnEVSideDisconnect Actual
24 StopTransactionOnInvalidId RW b TxCtrlr.StopTxOnInvalidId Actual
25 StopTxnAlignedData RW m AlignedDataCtrlr.TxEndedMeasurands Actual
26 StopTxnAlignedDataMaxLength R i AlignedDataCtrlr.TxEndedMeasurands maxElements
27 StopTxnSampledData RW m SampledDataCtrlr.TxEndedMeasurands Actual
28 StopTxnSampledDataMaxLength R i SampledDataCtrlr.TxEndedMeasurands maxElements
31 TransactionMessageAttempts RW i OCPPCommCtrlr.MessageAttempts[TransactionEvent] Actual
32 TransactionMessageRetryInterval RW i OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent] Actual
33 UnlockConnectorOnEVSideDisconnect RW b OCPPCommCtrlr.UnlockOnEVSideDisconnect Actual
34 WebSocketPingInterval RW i OCPPCommCtrlr.WebSocketPingInterval Actual
35 MessageTimeout RW i OCPPCommCtrlr.MessageTimeout[Default] Actual
36 StopTransactionMaxMeterValues R i - Actual
37 SupportedFileTransferProtocols R c OCPPCommCtrlr.FileTransferProtocols Actual
38 LocalAuthListEnabled RW b LocalAuthListCtrlr.Enabled Actual
39 LocalAuthListMaxLength R i LocalAuthListCtrlr.Entries maxLimit
40 SendLocalListMaxLength R i LocalAuthListCtrlr.ItemsPerMessage Actual
41 ReserveConnectorZeroSupported R b ReservationCtrlr.NonEvseSpecific Actual
42 ChargeProfileMaxStackLevel R i SmartChargingCtrlr.ProfileStackLevel Actual
43 ChargingScheduleAllowedChargingRateUnit R u SmartChargingCtrlr.RateUnit Actual
44 ChargingScheduleMaxPeriods R i SmartChargingCtrlr.PeriodsPerSchedule Actual
45 ConnectorSwitch3to1PhaseSupported R b SmartChargingCtrlr.Phases3to1 Actual
46 MaxChargingProfilesInstalled R i SmartChargingCtrlr.Entries[ChargingProfiles] maxLimit
47 AdditionalRootCertificateCheck R b SecurityCtrlr.AdditionalRootCertificateCheck Actual
49 CertificateSignedMaxChainSize R i SecurityCtrlr.MaxCertificateChainSize Actual
50 CertificateStoreMaxLength R i SecurityCtrlr.CertificateEntries maxLimit
51 CpoName RW s SecurityCtrlr.OrganizationName Actual
53 ISO15118PnCEnabled RW b ISO15118Ctrlr.PnCEnabled Actual
54 CentralContractValidationAllowed RW b ISO15118Ctrlr.CentralContractValidationAllowed Actual
55 ContractValidationOffline RW b ISO15118Ctrlr.ContractValidationOffline Actual
56 CertSigningWaitMinimum RW i SecurityCtrlr.CertSigningWaitMinimum Actual
57 CertSigningRepeatTimes RW i SecurityCtrlr.CertSigningRepeatTimes Actual
58 CustomDisplayCostAndPrice RW b TariffCostCtrlr.Enabled[Tariff];TariffCostCtrlr.Enabled[Cost] Actual
59 DefaultPrice RW s - Actual
60 DefaultPriceText RW j TariffCostCtrlr.TariffFallbackMessage Actual
61 NumberOfDecimalsForCostValues RW i - Actual
62 TimeOffset RW s ClockCtrlr.TimeOffset Actual
63 NextTimeOffsetTransitionDateTime RW s ClockCtrlr.NextTimeOffsetTransitionDateTime Actual
64 TimeOffsetNextTransition RW s ClockCtrlr.TimeOffset[NextTransition] Actual
65 CustomIdleFeeAfterStop RW b - Actual
66 CustomMultiLanguageMessages RW b - Actual
67 SupportedLanguages R c DisplayMessageCtrlr.Language valuesList
68 Language RW s DisplayMessageCtrlr.Language Actual
70 PublicKeyWithSignedMeterValue RW s OCPPCommCtrlr.PublicKeyWithSignedMeterValue Actual
71 SampledDataSignReadings RW b SampledDataCtrlr.SignReadings Actual
72 StartTxnSampledData RW m SampledDataCtrlr.TxStartedMeasurands Actual
73 SampledDataSignStartedReadings RW b SampledDataCtrlr.SignStartedReadings Actual
74 SampledDataSignUpdatedReadings RW b SampledDataCtrlr.SignUpdatedReadings Actual
75 AlignedDataSignReadings RW b AlignedDataCtrlr.SignReadings Actual
76 AlignedDataSignUpdatedReadings RW b AlignedDataCtrlr.SignUpdatedReadings Actual
"""
#: Worked out, several variables or write only: 7, 8, 21, 29, 30, 48, 52 and 69 have tests of their own.
APART = {
    *("ConnectorPhaseRotation", "ConnectorPhaseRotationMaxLength", "NumberOfConnectors", "SupportedFeatureProfiles"),
    *("SupportedFeatureProfilesMaxLength", "AuthorizationKey", "SecurityProfile"),
}
#: transform -> text of 1.6, value of 2.x
VALUES = {
    "b": ("true", "true"),
    "i": ("30", "30"),
    "s": ("Some text", "Some text"),
    "m": ("Voltage,SoC", "Voltage,SoC"),
    "u": ("Current,Power", "A,W"),
    "c": ("nl,en", "nl,en"),
    "j": ('{"priceText":"0.40"}', "0.40"),
}


class Row(NamedTuple):
    """One row of the table."""

    key: str
    access: str
    transform: str
    variables: tuple[tuple[str, str, str | None], ...]
    attribute: str

    @property
    def text(self) -> str:
        """A value as 1.6 writes it."""
        return VALUES[self.transform][0]

    @property
    def value(self) -> str:
        """The same value as 2.x writes it."""
        return VALUES[self.transform][1]


def _row(line: str) -> Row:
    _, key, access, transform, variables, attribute = line.split()
    names = [f"{LEGACY}.{key}"] if variables == "-" else variables.split(";")
    return Row(key, access, transform, tuple(map(_variable, names)), attribute)


def _variable(path: str) -> tuple[str, str, str | None]:
    component, _, rest = path.partition(".")
    name, _, instance = rest.rstrip("]").partition("[")
    return component, name, instance or None


ROWS = [_row(line) for line in TABLE.strip().splitlines()]
VALUED = [row for row in ROWS if row.attribute == "Actual"]
LIMITS = [row for row in ROWS if row.attribute != "Actual"]


def test_the_table_of_the_code_has_these_rows_and_no_others() -> None:
    """76 rows, of which one stands for as many keys as there are meters."""
    assert {row.key for row in ROWS} | APART == {key.name for key in KEYS}
    assert len(ROWS) + len(APART) + 1 == 76


def _item(variable: tuple[str, str, str | None], **more: Any) -> dict[str, Any]:
    component, name, instance = variable
    named = {"name": name} if instance is None else {"name": name, "instance": instance}
    return {"component": {"name": component}, "variable": named, **more}


def _value(station: Told, variable: tuple[str, str, str | None]) -> Any:
    (found,) = station.do("GetVariables", {"getVariableData": [_item(variable)]})["getVariableResult"]
    return found.get("attributeValue"), found["attributeStatus"]


# --- a 1.6 station ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", VALUED, ids=lambda row: row.key)
def test_a_key_of_a_station_is_read_as_its_variables(row: Row) -> None:
    """Each variable of the row has the value of the key; a station without the key has none of them."""
    station = Told(**{row.key.upper(): row.text})
    for variable in row.variables:
        assert _value(station, variable) == (row.value, "Accepted")
        assert station.last.peer[0].key == (row.key,), "asked by the name of the table"
    emulated = row.key == "StartTxnSampledData"
    assert (_value(Told(), row.variables[0])[1] == "Accepted") is (emulated or row.key == "ConnectionTimeOut")


@pytest.mark.parametrize("row", VALUED, ids=lambda row: row.key)
def test_a_key_of_a_station_is_written_by_its_first_variable(row: Row) -> None:
    """The station judges whether it may be written; its answer is handed on."""
    station = Told(**{row.key: row.text})
    payload = {"setVariableData": [_item(row.variables[0], attributeValue=row.value)]}
    result = station.do("SetVariables", payload)["setVariableResult"][0]
    assert result["attributeStatus"] == "Accepted"
    assert [(one.key, one.value) for one in station.last.peer] == [(row.key, row.text)]


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row.key)
def test_a_limit_is_a_characteristic_of_the_variable(row: Row) -> None:
    """It stands in reports; the variable itself has no value of it and cannot be set by it."""
    component, name, instance = row.variables[0]
    for own in (True, False):
        keys = {other.key: other.text for other in VALUED if other.variables[0] == row.variables[0]} if own else {}
        station = Told(**{row.key: row.text, **keys})
        told = [data for one in station.told if one.action == "NotifyReport" for data in one.report_data]
        described = [
            shown(data)
            for data in told
            if (data.component.name, data.variable.name, data.variable.instance) == (component, name, instance)
        ]
        assert len(described) == 1
        found = described[0]["variableCharacteristics"][row.attribute]
        assert str(found) == row.value


def test_a_second_interval_may_only_be_what_the_first_is() -> None:
    """Rows 5 and 19: 1.6 has one interval for both."""
    station = Told(MeterValueSampleInterval="30")
    ended = ("SampledDataCtrlr", "TxEndedInterval", None)
    for value, status in (("30", "Accepted"), ("60", "Rejected")):
        payload = {"setVariableData": [_item(ended, attributeValue=value)]}
        assert station.do("SetVariables", payload)["setVariableResult"][0]["attributeStatus"] == status
        assert station.last.peer == []


def test_a_key_of_an_earlier_name_is_the_same_key() -> None:
    """Row 49: the station is asked by the name that it knows."""
    station = Told(CertificateSignedMaxSize="4000")
    chain = ("SecurityCtrlr", "MaxCertificateChainSize", None)
    assert _value(station, chain) == ("4000", "Accepted")
    assert station.last.peer[0].key == ("CertificateSignedMaxSize",)
    long = {"certificateChain": "x" * 4001, "certificateType": "ChargingStationCertificate"}
    assert station.do("CertificateSigned", long)["statusInfo"]["reasonCode"] == "TooLargeElement"


# --- a 1.6 management system --------------------------------------------------------------------------------------


class Reported(Served):
    """A 2.1 station that has told variables, and answers what it has told."""

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy)
        self.values: dict[tuple[str, str, str | None], str] = {}
        self.most = 0
        self.station = self.told

    def has(self, variable: tuple[str, str, str | None], value: str, **characteristics: Any) -> None:
        """Report a variable."""
        self.values[variable] = value
        attribute = {"value": value, "mutability": "ReadWrite"}
        data = _item(variable, variableAttribute=[attribute])
        if characteristics:
            data["variableCharacteristics"] = {"dataType": "string", "supportsMonitoring": False, **characteristics}
        payload = {"requestId": 77, "generatedAt": NOW.isoformat(), "seqNo": 0, "reportData": [data]}
        self.say(message("v21:NotifyReportRequest", payload))

    def told(self, request: Any) -> Any:
        """Answer by what was told."""
        if not isinstance(request, house.GetVariablesRequest):
            return self.yes(request)
        self.most = max(self.most, len(request.get_variable_data))
        return house.GetVariablesResponse(get_variable_result=tuple(map(self._result, request.get_variable_data)))

    def _result(self, item: house.GetVariableData) -> house.GetVariableResult:
        value = self.values.get((item.component.name, item.variable.name, item.variable.instance))
        known = house.GetVariableStatus.UNKNOWN_VARIABLE if value is None else house.GetVariableStatus.ACCEPTED
        return house.GetVariableResult(
            attribute_status=known, attribute_value=value, component=item.component, variable=item.variable
        )

    def read(self, *keys: str) -> dict[str, Any]:
        """What GetConfiguration tells of these keys, or of all."""
        found = self.do("GetConfiguration", {"key": list(keys)} if keys else {})
        return {one["key"]: one.get("value") for one in found.get("configurationKey", ())}


@pytest.mark.parametrize("row", VALUED, ids=lambda row: row.key)
def test_a_variable_of_a_station_is_read_as_its_key(row: Row) -> None:
    """By name in any letter case, and among all keys; what the station lacks is unknown."""
    uplink = Reported()
    assert uplink.read(row.key) == {}
    for variable in row.variables:
        uplink.has(variable, row.value)
    assert uplink.read(row.key.lower()) == {row.key: row.text}
    assert uplink.read()[row.key] == row.text


@pytest.mark.parametrize("row", VALUED, ids=lambda row: row.key)
def test_a_key_is_written_to_its_variables(row: Row) -> None:
    """Keys that 1.6 may only read are rejected without asking the station; unknown keys are not supported."""
    uplink = Reported()
    for variable in row.variables:
        uplink.has(variable, row.value)
    answer = uplink.do("ChangeConfiguration", {"key": row.key.upper(), "value": row.text})
    written = [item for one in uplink.last.house for item in one.set_variable_data]
    names = [(item.component.name, item.variable.name, item.variable.instance) for item in written]
    assert names == (list(row.variables) if row.access == "RW" else [])
    assert {item.attribute_value for item in written} <= {row.value}
    assert answer == {"status": "Accepted" if row.access == "RW" else "Rejected"}


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row.key)
def test_a_characteristic_is_read_as_its_key(row: Row) -> None:
    """It comes from what reports told, and cannot be written."""
    uplink = Reported()
    told: Any = row.value if row.attribute == "valuesList" else int(row.value)
    uplink.has(row.variables[0], "x", **{row.attribute: told})
    assert uplink.read(row.key) == {row.key: row.text}
    assert uplink.read()[row.key] == row.text
    assert uplink.do("ChangeConfiguration", {"key": row.key, "value": "1"}) == {"status": "Rejected"}


def test_keys_without_a_variable_are_worked_out() -> None:
    """Rows 8, 21, 29 and 30; a key of 1.6 alone is not supported (rows 4 and 11)."""
    uplink = Reported()
    assert uplink.read(
        "NumberOfConnectors", "ConnectorPhaseRotationMaxLength", "SupportedFeatureProfilesMaxLength"
    ) == {
        "NumberOfConnectors": "2",
        "ConnectorPhaseRotationMaxLength": "3",
        "SupportedFeatureProfilesMaxLength": "6",
    }
    for key in ("BlinkRepeat", "LightIntensity", "NoSuchKey"):
        assert uplink.do("ChangeConfiguration", {"key": key, "value": "1"}) == {"status": "NotSupported"}
        assert uplink.do("GetConfiguration", {"key": [key]}) == {"unknownKey": [key]}


@pytest.mark.parametrize(
    ("told", "listed"),
    [
        ({}, "Core,FirmwareManagement,RemoteTrigger"),
        ({"LocalAuthListCtrlr.Enabled": "false"}, "Core,FirmwareManagement,LocalAuthListManagement,RemoteTrigger"),
        (
            {"LocalAuthListCtrlr.Available": "false", "LocalAuthListCtrlr.Enabled": "true"},
            "Core,FirmwareManagement,RemoteTrigger",
        ),
        ({"ReservationCtrlr.Enabled": "true"}, "Core,FirmwareManagement,RemoteTrigger"),
        ({"ReservationCtrlr.Available": "true"}, "Core,FirmwareManagement,Reservation,RemoteTrigger"),
        ({"SmartChargingCtrlr.Enabled": "true"}, "Core,FirmwareManagement,SmartCharging,RemoteTrigger"),
        ({"SmartChargingCtrlr.Available": "true"}, "Core,FirmwareManagement,SmartCharging,RemoteTrigger"),
    ],
)
def test_feature_profiles_are_listed_by_what_is_available(told: dict[str, str], listed: str) -> None:
    """In the order of the table (8.5)."""
    uplink = Reported()
    for path, value in told.items():
        uplink.has(_variable(path), value)
    assert uplink.read("SupportedFeatureProfiles") == {"SupportedFeatureProfiles": listed}


def test_what_is_read_from_two_flags_needs_both() -> None:
    """Row 58; and row 2 is absent where the station says that it has no cache."""
    uplink = Reported()
    uplink.has(("TariffCostCtrlr", "Enabled", "Tariff"), "true")
    uplink.has(("TariffCostCtrlr", "Enabled", "Cost"), "false")
    assert uplink.read("CustomDisplayCostAndPrice") == {"CustomDisplayCostAndPrice": "false"}
    assert uplink.read()["CustomDisplayCostAndPrice"] == "false"
    uplink.has(("AuthCacheCtrlr", "Enabled", None), "true")
    assert "AuthorizationCacheEnabled" in uplink.read()
    uplink.has(("AuthCacheCtrlr", "Available", None), "false")
    assert "AuthorizationCacheEnabled" not in uplink.read()
    assert uplink.read("AuthorizationCacheEnabled") == {}


def test_a_station_is_asked_for_as_much_as_it_takes() -> None:
    """ItemsPerMessage[GetVariables] bounds each request (6.7)."""
    uplink = Reported()
    uplink.has(("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables"), "2")
    for row in VALUED[:5]:
        uplink.has(row.variables[0], row.value)
    uplink.read(*(row.key for row in VALUED[:5]))
    assert uplink.most == 2


def test_a_minimum_status_duration_outside_the_standard_is_used() -> None:
    """Row 20: some stations have the variable at the station itself."""
    uplink = Reported()
    uplink.has(("ChargingStation", "MinimumStatusDuration", None), "5")
    assert uplink.read("MinimumStatusDuration") == {"MinimumStatusDuration": "5"}
    uplink.do("ChangeConfiguration", {"key": "MinimumStatusDuration", "value": "6"})
    (item,) = uplink.last.house[0].set_variable_data
    assert (item.component.name, item.attribute_value) == ("ChargingStation", "6")


# --- what a station is made of -------------------------------------------------------------------------------------


def test_the_parts_of_a_station_are_variables_too() -> None:
    """What a report tells can be read and not written (8.8)."""
    station = Told(policy=Policy(emit_custom_data=False, connector_types={2: "cType2"}))
    station.send(wire.BootNotificationRequest(charge_point_vendor="V", charge_point_model="M", meter_type="MT"))
    station.status(2, "Faulted", error="GroundFailure", when=9)
    connector = {"id": 2, "connectorId": 1}
    for component, evse, variable, value in (
        ("ChargingStation", None, "VendorName", "V"),
        ("ChargingStation", None, "SupplyPhases", "3"),
        ("FiscalMetering", None, "Model", "MT"),
        ("EVSE", {"id": 1}, "AvailabilityState", "Available"),
        ("Connector", connector, "AvailabilityState", "Faulted"),
        ("Connector", connector, "ConnectorType", "cType2"),
        ("Connector", connector, "Available", "true"),
    ):
        named = {"name": component} | ({} if evse is None else {"evse": evse})
        item = {"component": named, "variable": {"name": variable}}
        found = station.do("GetVariables", {"getVariableData": [item]})["getVariableResult"][0]
        assert (found["attributeStatus"], found["attributeValue"]) == ("Accepted", value)
        written = station.do("SetVariables", {"setVariableData": [{**item, "attributeValue": "x"}]})
        assert written["setVariableResult"][0]["attributeStatusInfo"] == {"reasonCode": "ReadOnly"}
        monitor = {"value": 1, "type": "Delta", "severity": 5, **item}
        answer = station.do("SetVariableMonitoring", {"setMonitoringData": [monitor]})
        assert answer["setMonitoringResult"][0]["status"] == "UnsupportedMonitorType"
    nowhere = {"component": {"name": "EVSE", "evse": {"id": 9}}, "variable": {"name": "AvailabilityState"}}
    found = station.do("GetVariables", {"getVariableData": [nowhere]})["getVariableResult"][0]
    assert found["attributeStatus"] == "UnknownVariable"


def _components(station: Told, *criteria: str) -> set[str]:
    station.told.clear()
    assert station.do("GetReport", {"requestId": 5, "componentCriteria": list(criteria)})["status"] == "Accepted"
    return {data.component.name for one in station.told for data in one.report_data}


def test_criteria_choose_components_not_variables() -> None:
    """All variables of a component whose flag is true, or that has no such flag; problems must be there (6.7)."""
    station = Told(SupportedFeatureProfiles="Core,Reservation", CpoName="X")
    available = _components(station, "Available")
    assert {"ReservationCtrlr", "SecurityCtrlr", "Connector"} <= available
    assert not {"MonitoringCtrlr", "SmartChargingCtrlr"} & available
    assert station.do("GetReport", {"requestId": 5, "componentCriteria": ["Problem"]})["status"] == "EmptyResultSet"
    station.status(1, "Faulted", error="HighTemperature", when=9)
    assert _components(station, "Problem") == {"TemperatureSensor"}
    assert {"TemperatureSensor", "ReservationCtrlr"} <= _components(station, "Problem", "Enabled")
