"""The standard variables of the station, as one table; what is not here the station does not have."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from pluglot.messages import ConnectorStatus, Measurand, Mutability, VariableDataType
from pluglot.station.settings import ConnectorSettings, EvseSettings


class Row(NamedTuple):
    """One variable: where it is, what it holds, who may change it, and between which bounds."""

    component: str
    variable: str
    data_type: VariableDataType
    value: str
    mutability: Mutability = Mutability.READ_WRITE
    instance: str | None = None
    unit: str | None = None
    #: Of a number its smallest value, of a text its shortest length, of a list its fewest members.
    minimum: int | None = None
    #: Of a number its greatest value, of a text its greatest length.
    maximum: int | None = None
    #: What an option or a member may be.
    values: tuple[str, ...] = ()
    evse_id: int | None = None
    connector_id: int | None = None


BOOLEAN: Final = VariableDataType.BOOLEAN
DATE_TIME: Final = VariableDataType.DATE_TIME
DECIMAL: Final = VariableDataType.DECIMAL
INTEGER: Final = VariableDataType.INTEGER
MEMBERS: Final = VariableDataType.MEMBER_LIST
OPTION: Final = VariableDataType.OPTION_LIST
SEQUENCE: Final = VariableDataType.SEQUENCE_LIST
STRING: Final = VariableDataType.STRING

READ_ONLY: Final = Mutability.READ_ONLY
READ_WRITE: Final = Mutability.READ_WRITE
WRITE_ONLY: Final = Mutability.WRITE_ONLY

DAY: Final = 86_400
YEAR: Final = 366 * DAY

#: What the meters of ``MeterReading`` can tell.
MEASURANDS: Final = tuple(
    str(measurand)
    for measurand in (
        Measurand.CURRENT_IMPORT,
        Measurand.ENERGY_ACTIVE_EXPORT_REGISTER,
        Measurand.ENERGY_ACTIVE_IMPORT_REGISTER,
        Measurand.FREQUENCY,
        Measurand.POWER_ACTIVE_IMPORT,
        Measurand.POWER_OFFERED,
        Measurand.SOC,
        Measurand.VOLTAGE,
    )
)
REGISTER: Final = str(Measurand.ENERGY_ACTIVE_IMPORT_REGISTER)
USUAL: Final = f"{REGISTER},{Measurand.POWER_ACTIVE_IMPORT},{Measurand.SOC}"

#: Moments at which a transaction may start or stop (E, 1.1); DataSigned needs a meter that signs.
TRANSACTION_POINTS: Final = ("ParkingBayOccupancy", "EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer")

_COMMUNICATION: Final = (
    Row("OCPPCommCtrlr", "ActiveNetworkProfile", STRING, "1", READ_ONLY),
    Row("OCPPCommCtrlr", "FileTransferProtocols", MEMBERS, "", READ_ONLY),
    Row("OCPPCommCtrlr", "HeartbeatInterval", INTEGER, "300", unit="s", minimum=1, maximum=YEAR),
    Row("OCPPCommCtrlr", "MessageTimeout", INTEGER, "30", instance="Default", unit="s", minimum=1, maximum=600),
    Row(
        "OCPPCommCtrlr",
        "MessageAttemptInterval",
        INTEGER,
        "60",
        instance="TransactionEvent",
        unit="s",
        minimum=0,
        maximum=DAY,
    ),
    Row("OCPPCommCtrlr", "MessageAttempts", INTEGER, "3", instance="TransactionEvent", minimum=0, maximum=1_000_000),
    Row("OCPPCommCtrlr", "NetworkConfigurationPriority", SEQUENCE, "1", READ_ONLY, values=("1",)),
    Row("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", INTEGER, "3", READ_ONLY),
    Row("OCPPCommCtrlr", "OfflineThreshold", INTEGER, "60", unit="s", minimum=0, maximum=YEAR),
    Row("OCPPCommCtrlr", "QueueAllMessages", BOOLEAN, "false", READ_ONLY),
    Row("OCPPCommCtrlr", "ResetRetries", INTEGER, "0", READ_ONLY),
    Row("OCPPCommCtrlr", "RetryBackOffRandomRange", INTEGER, "10", unit="s", minimum=0, maximum=DAY),
    Row("OCPPCommCtrlr", "RetryBackOffRepeatTimes", INTEGER, "5", minimum=0, maximum=20),
    Row("OCPPCommCtrlr", "RetryBackOffWaitMinimum", INTEGER, "10", unit="s", minimum=0, maximum=DAY),
    Row("OCPPCommCtrlr", "UnlockOnEVSideDisconnect", BOOLEAN, "true", READ_ONLY),
    # WS-12: a negative interval is refused; zero turns the station's own pings off.
    Row("OCPPCommCtrlr", "WebSocketPingInterval", INTEGER, "54", unit="s", minimum=0, maximum=DAY),
)

_TRANSACTIONS: Final = (
    Row("TxCtrlr", "AllowEnergyTransferResumption", BOOLEAN, "true"),
    Row("TxCtrlr", "EnergyTransferResumptionRandomRange", INTEGER, "30", unit="s", minimum=0, maximum=DAY),
    Row("TxCtrlr", "EVConnectionTimeOut", INTEGER, "60", unit="s", minimum=1, maximum=DAY),
    Row("TxCtrlr", "MaxEnergyOnInvalidId", INTEGER, "0", unit="Wh", minimum=0, maximum=1_000_000),
    Row("TxCtrlr", "ResumptionTimeout", INTEGER, "0", unit="s", minimum=0, maximum=DAY),
    Row("TxCtrlr", "StopTxOnEVSideDisconnect", BOOLEAN, "true"),
    Row("TxCtrlr", "StopTxOnInvalidId", BOOLEAN, "true"),
    Row("TxCtrlr", "TxBeforeAcceptedEnabled", BOOLEAN, "true"),
    Row("TxCtrlr", "TxStartPoint", MEMBERS, "PowerPathClosed", minimum=1, values=TRANSACTION_POINTS),
    Row("TxCtrlr", "TxStopPoint", MEMBERS, "EVConnected,Authorized", minimum=1, values=TRANSACTION_POINTS),
)

_AUTHORIZATION: Final = (
    Row("AuthCacheCtrlr", "Available", BOOLEAN, "true", READ_ONLY),
    Row("AuthCacheCtrlr", "DisablePostAuthorize", BOOLEAN, "false"),
    Row("AuthCacheCtrlr", "Enabled", BOOLEAN, "true"),
    Row("AuthCacheCtrlr", "LifeTime", INTEGER, str(30 * DAY), unit="s", minimum=0, maximum=YEAR),
    Row("AuthCtrlr", "AuthorizeRemoteStart", BOOLEAN, "false"),
    Row("AuthCtrlr", "DisableRemoteAuthorization", BOOLEAN, "false"),
    Row("AuthCtrlr", "Enabled", BOOLEAN, "true"),
    Row("AuthCtrlr", "LocalAuthorizeOffline", BOOLEAN, "true"),
    Row("AuthCtrlr", "LocalPreAuthorize", BOOLEAN, "true"),
    Row("AuthCtrlr", "MasterPassGroupId", STRING, "", maximum=36),
    Row("AuthCtrlr", "OfflineTxForUnknownIdEnabled", BOOLEAN, "false"),
)

_METERING: Final = (
    Row("AlignedDataCtrlr", "Available", BOOLEAN, "true", READ_ONLY),
    Row("AlignedDataCtrlr", "Enabled", BOOLEAN, "true"),
    Row("AlignedDataCtrlr", "Interval", INTEGER, "0", unit="s", minimum=0, maximum=DAY),
    Row("AlignedDataCtrlr", "Measurands", MEMBERS, USUAL, values=MEASURANDS),
    Row("AlignedDataCtrlr", "SendDuringIdle", BOOLEAN, "false"),
    Row("AlignedDataCtrlr", "TxEndedInterval", INTEGER, "0", unit="s", minimum=0, maximum=DAY),
    Row("AlignedDataCtrlr", "TxEndedMeasurands", MEMBERS, REGISTER, values=MEASURANDS),
    Row("SampledDataCtrlr", "Available", BOOLEAN, "true", READ_ONLY),
    Row("SampledDataCtrlr", "Enabled", BOOLEAN, "true"),
    Row("SampledDataCtrlr", "TxEndedInterval", INTEGER, "0", unit="s", minimum=0, maximum=DAY),
    Row("SampledDataCtrlr", "TxEndedMeasurands", MEMBERS, f"{REGISTER},{Measurand.SOC}", values=MEASURANDS),
    Row("SampledDataCtrlr", "TxStartedMeasurands", MEMBERS, f"{REGISTER},{Measurand.SOC}", values=MEASURANDS),
    Row("SampledDataCtrlr", "TxUpdatedInterval", INTEGER, "60", unit="s", minimum=0, maximum=DAY),
    Row("SampledDataCtrlr", "TxUpdatedMeasurands", MEMBERS, USUAL, values=MEASURANDS),
)

_HOUSEKEEPING: Final = (
    Row("ClockCtrlr", "DateTime", DATE_TIME, "", READ_ONLY),
    Row("ClockCtrlr", "TimeSource", SEQUENCE, "Heartbeat", READ_ONLY, values=("Heartbeat",)),
    Row("CustomizationCtrlr", "CustomTriggers", MEMBERS, "", READ_ONLY),
    Row("DeviceDataCtrlr", "BytesPerMessage", INTEGER, "65536", READ_ONLY, instance="GetReport"),
    Row("DeviceDataCtrlr", "BytesPerMessage", INTEGER, "65536", READ_ONLY, instance="GetVariables"),
    Row("DeviceDataCtrlr", "BytesPerMessage", INTEGER, "65536", READ_ONLY, instance="SetVariables"),
    Row("DeviceDataCtrlr", "ItemsPerMessage", INTEGER, "50", READ_ONLY, instance="GetReport"),
    Row("DeviceDataCtrlr", "ItemsPerMessage", INTEGER, "50", READ_ONLY, instance="GetVariables"),
    Row("DeviceDataCtrlr", "ItemsPerMessage", INTEGER, "50", READ_ONLY, instance="SetVariables"),
    Row("SecurityCtrlr", "BasicAuthPassword", STRING, "", WRITE_ONLY, minimum=16, maximum=64),
    Row("SecurityCtrlr", "CertificateEntries", INTEGER, "0", READ_ONLY),
    Row("SecurityCtrlr", "OrganizationName", STRING, "pluglot", minimum=1, maximum=100),
)


_STATES: Final = tuple(str(status) for status in ConnectorStatus)


def standard_rows(evses: tuple[EvseSettings, ...], *, signing_meter: bool) -> list[Row]:
    """Every variable of a station with these EVSEs, at its factory value; its names are filled in by the station."""
    rows = [*_COMMUNICATION, *_TRANSACTIONS, *_AUTHORIZATION, *_METERING, *_HOUSEKEEPING]
    if signing_meter:
        points = (*TRANSACTION_POINTS, "DataSigned")
        rows = [row._replace(values=points) if row.values == TRANSACTION_POINTS else row for row in rows]
        rows.append(Row("SampledDataCtrlr", "SignReadings", BOOLEAN, "true"))
    rows += [
        Row("ChargingStation", "AvailabilityState", OPTION, "", READ_ONLY, values=_STATES),
        Row("ChargingStation", "Available", BOOLEAN, "true", READ_ONLY),
        Row("ChargingStation", "Model", STRING, "", READ_ONLY),
        Row("ChargingStation", "Problem", BOOLEAN, "false", READ_ONLY),
        Row("ChargingStation", "SupplyPhases", INTEGER, str(max(evse.phases for evse in evses)), READ_ONLY),
        Row("ChargingStation", "VendorName", STRING, "", READ_ONLY),
        Row("SecurityCtrlr", "Identity", STRING, "", READ_ONLY),
        Row("SecurityCtrlr", "SecurityProfile", INTEGER, "", READ_ONLY),
    ]
    for evse_id, evse in enumerate(evses, start=1):
        rows += _evse_rows(evse_id, evse)
        for connector_id, connector in enumerate(evse.connectors, start=1):
            rows += _connector_rows(evse_id, connector_id, connector, evse.phases)
    return rows


def _evse_rows(evse_id: int, evse: EvseSettings) -> list[Row]:
    power = Decimal(evse.maximum_power)
    rows = [
        Row("EVSE", "ActiveTransactionId", STRING, "", READ_ONLY),
        Row("EVSE", "AllowReset", BOOLEAN, str(evse.resettable).lower(), READ_ONLY),
        Row("EVSE", "AvailabilityState", OPTION, "", READ_ONLY, values=_STATES),
        Row("EVSE", "Available", BOOLEAN, "true", READ_ONLY),
        Row("EVSE", "Power", DECIMAL, "0", READ_ONLY, unit="W", minimum=0, maximum=int(power)),
        Row("EVSE", "Problem", BOOLEAN, "false", READ_ONLY),
        Row("EVSE", "SupplyPhases", INTEGER, str(evse.phases), READ_ONLY),
    ]
    return [row._replace(evse_id=evse_id) for row in rows]


def _connector_rows(evse_id: int, connector_id: int, connector: ConnectorSettings, phases: int) -> list[Row]:
    rows = [
        Row("Connector", "AvailabilityState", OPTION, "", READ_ONLY, values=_STATES),
        Row("Connector", "Available", BOOLEAN, "true", READ_ONLY),
        Row("Connector", "ConnectorType", STRING, connector.connector_type, READ_ONLY),
        Row("Connector", "Problem", BOOLEAN, "false", READ_ONLY),
        Row("Connector", "SupplyPhases", INTEGER, str(phases), READ_ONLY),
        Row("ConnectorPlugRetentionLock", "Problem", BOOLEAN, "false", READ_ONLY),
    ]
    return [row._replace(evse_id=evse_id, connector_id=connector_id) for row in rows]
