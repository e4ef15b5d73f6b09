"""The 25 actions of OCPP 1.5: those that differ from 1.6 as Structs of their own in WSDL order, the others of 1.6.

Texts have no limits here unless the WSDL sets one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from pluglot.dialects.climb import replaced
from pluglot.dialects.ocpp16 import soap_wire
from pluglot.dialects.ocpp16 import wire as newer
from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import OneOrMore, String20, Timestamp

#: Marks a field that is an attribute of its element, and one that is the element's text.
ATTRIBUTE: Final = Meta(extra={"xml": "attribute"})
TEXT: Final = Meta(extra={"xml": "text"})


# --- provisioning -------------------------------------------------------------------------------------------------


class RegistrationStatus(StrEnum):
    """Whether a station is accepted by the central system; 1.5 cannot keep one waiting."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class BootNotificationResponse(Response, frozen=True, kw_only=True):
    """Whether the station is registered, what time it is, and how often it should say hello."""

    action: ClassVar[str] = "BootNotification"

    status: RegistrationStatus
    current_time: Timestamp
    #: s
    heartbeat_interval: int


class ConfigurationStatus(StrEnum):
    """What became of writing a configuration key."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_SUPPORTED = "NotSupported"


class ChangeConfigurationRequest(Request, frozen=True, kw_only=True):
    """The central system writes a configuration key."""

    action: ClassVar[str] = "ChangeConfiguration"

    key: str
    value: str


class ChangeConfigurationResponse(Response, frozen=True, kw_only=True):
    """What became of writing the key."""

    action: ClassVar[str] = "ChangeConfiguration"

    status: ConfigurationStatus


class KeyValue(DataType, frozen=True, kw_only=True):
    """One configuration key and its value."""

    key: str
    readonly: bool
    value: str | None = None


class GetConfigurationRequest(Request, frozen=True, kw_only=True):
    """The central system reads configuration keys, or all of them."""

    action: ClassVar[str] = "GetConfiguration"

    key: tuple[str, ...] | None = None


class GetConfigurationResponse(Response, frozen=True, kw_only=True):
    """The keys that were read, and those the station does not know."""

    action: ClassVar[str] = "GetConfiguration"

    configuration_key: tuple[KeyValue, ...] | None = None
    unknown_key: tuple[str, ...] | None = None


# --- availability -------------------------------------------------------------------------------------------------


class ChargePointErrorCode(StrEnum):
    """What is wrong with a connector."""

    CONNECTOR_LOCK_FAILURE = "ConnectorLockFailure"
    HIGH_TEMPERATURE = "HighTemperature"
    MODE3_ERROR = "Mode3Error"
    NO_ERROR = "NoError"
    POWER_METER_FAILURE = "PowerMeterFailure"
    POWER_SWITCH_FAILURE = "PowerSwitchFailure"
    READER_FAILURE = "ReaderFailure"
    RESET_FAILURE = "ResetFailure"
    GROUND_FAILURE = "GroundFailure"
    OVER_CURRENT_FAILURE = "OverCurrentFailure"
    UNDER_VOLTAGE = "UnderVoltage"
    WEAK_SIGNAL = "WeakSignal"
    OTHER_ERROR = "OtherError"


class ChargePointStatus(StrEnum):
    """What a connector, or the whole station, is doing; all that happens with a vehicle is Occupied."""

    AVAILABLE = "Available"
    OCCUPIED = "Occupied"
    FAULTED = "Faulted"
    UNAVAILABLE = "Unavailable"
    RESERVED = "Reserved"


class StatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports that the status of a connector, or its own, changed."""

    action: ClassVar[str] = "StatusNotification"

    #: 0 for the station itself.
    connector_id: int
    status: ChargePointStatus
    error_code: ChargePointErrorCode
    info: str | None = None
    timestamp: Timestamp | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None


# --- transactions and meter values --------------------------------------------------------------------------------


class ReadingContext(StrEnum):
    """On what occasion a reading was taken."""

    INTERRUPTION_BEGIN = "Interruption.Begin"
    INTERRUPTION_END = "Interruption.End"
    SAMPLE_CLOCK = "Sample.Clock"
    SAMPLE_PERIODIC = "Sample.Periodic"
    TRANSACTION_BEGIN = "Transaction.Begin"
    TRANSACTION_END = "Transaction.End"


class Measurand(StrEnum):
    """What a reading measures."""

    ENERGY_ACTIVE_EXPORT_REGISTER = "Energy.Active.Export.Register"
    ENERGY_ACTIVE_IMPORT_REGISTER = "Energy.Active.Import.Register"
    ENERGY_REACTIVE_EXPORT_REGISTER = "Energy.Reactive.Export.Register"
    ENERGY_REACTIVE_IMPORT_REGISTER = "Energy.Reactive.Import.Register"
    ENERGY_ACTIVE_EXPORT_INTERVAL = "Energy.Active.Export.Interval"
    ENERGY_ACTIVE_IMPORT_INTERVAL = "Energy.Active.Import.Interval"
    ENERGY_REACTIVE_EXPORT_INTERVAL = "Energy.Reactive.Export.Interval"
    ENERGY_REACTIVE_IMPORT_INTERVAL = "Energy.Reactive.Import.Interval"
    POWER_ACTIVE_EXPORT = "Power.Active.Export"
    POWER_ACTIVE_IMPORT = "Power.Active.Import"
    POWER_REACTIVE_EXPORT = "Power.Reactive.Export"
    POWER_REACTIVE_IMPORT = "Power.Reactive.Import"
    CURRENT_EXPORT = "Current.Export"
    CURRENT_IMPORT = "Current.Import"
    VOLTAGE = "Voltage"
    TEMPERATURE = "Temperature"


class UnitOfMeasure(StrEnum):
    """The unit of a reading; ampere and volt are written out."""

    WH = "Wh"
    KWH = "kWh"
    VARH = "varh"
    KVARH = "kvarh"
    W = "W"
    KW = "kW"
    VAR = "var"
    KVAR = "kvar"
    AMP = "Amp"
    VOLT = "Volt"
    CELSIUS = "Celsius"


class Location(StrEnum):
    """Where a reading was taken."""

    INLET = "Inlet"
    OUTLET = "Outlet"
    BODY = "Body"


class Value(DataType, frozen=True, kw_only=True):
    """One reading: a text, and what it means in attributes."""

    value: Annotated[str, TEXT]
    #: Sample.Periodic when absent.
    context: Annotated[ReadingContext | None, ATTRIBUTE] = None
    #: Raw when absent.
    format: Annotated[newer.ValueFormat | None, ATTRIBUTE] = None
    #: Energy.Active.Import.Register when absent.
    measurand: Annotated[Measurand | None, ATTRIBUTE] = None
    #: Outlet when absent.
    location: Annotated[Location | None, ATTRIBUTE] = None
    #: Wh when absent.
    unit: Annotated[UnitOfMeasure | None, ATTRIBUTE] = None


class MeterValue(DataType, frozen=True, kw_only=True):
    """What was read at one moment."""

    timestamp: Timestamp
    value: OneOrMore[Value]


class MeterValuesRequest(Request, frozen=True, kw_only=True):
    """A station reports readings, of a transaction or on its own."""

    action: ClassVar[str] = "MeterValues"

    connector_id: int
    transaction_id: int | None = None
    values: tuple[MeterValue, ...] | None = None


class TransactionData(DataType, frozen=True, kw_only=True):
    """Readings of a transaction."""

    values: tuple[MeterValue, ...] | None = None


class StopTransactionRequest(Request, frozen=True, kw_only=True):
    """A station reports that a transaction stopped; why is not said."""

    action: ClassVar[str] = "StopTransaction"

    transaction_id: int
    id_tag: String20 | None = None
    timestamp: Timestamp
    #: Wh
    meter_stop: int
    transaction_data: tuple[TransactionData, ...] | None = None


# --- the rest -----------------------------------------------------------------------------------------------------


class DiagnosticsStatus(StrEnum):
    """How the upload of diagnostics ended."""

    UPLOADED = "Uploaded"
    UPLOAD_FAILED = "UploadFailed"


class DiagnosticsStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how the upload of diagnostics ended."""

    action: ClassVar[str] = "DiagnosticsStatusNotification"

    status: DiagnosticsStatus


class GetDiagnosticsResponse(Response, frozen=True, kw_only=True):
    """The name of the file that will be uploaded; none if there is nothing to upload."""

    action: ClassVar[str] = "GetDiagnostics"

    file_name: str | None = None


class FirmwareStatus(StrEnum):
    """How far a firmware update came."""

    DOWNLOADED = "Downloaded"
    DOWNLOAD_FAILED = "DownloadFailed"
    INSTALLATION_FAILED = "InstallationFailed"
    INSTALLED = "Installed"


class FirmwareStatusNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports how far its firmware update came."""

    action: ClassVar[str] = "FirmwareStatusNotification"

    status: FirmwareStatus


class DataTransferRequest(Request, frozen=True, kw_only=True):
    """Either side says something that OCPP has no words for."""

    action: ClassVar[str] = "DataTransfer"

    vendor_id: str
    message_id: str | None = None
    data: str | None = None


class RemoteStartTransactionRequest(Request, frozen=True, kw_only=True):
    """The central system asks a station to start a transaction for a tag."""

    action: ClassVar[str] = "RemoteStartTransaction"

    id_tag: String20
    connector_id: int | None = None


class AuthorisationData(DataType, frozen=True, kw_only=True):
    """One entry of the local list; without information it deletes the tag from the list."""

    id_tag: String20
    id_tag_info: newer.IdTagInfo | None = None


class SendLocalListRequest(Request, frozen=True, kw_only=True):
    """The central system replaces or changes the list of tags a station knows by heart."""

    action: ClassVar[str] = "SendLocalList"

    update_type: newer.UpdateType
    list_version: int
    local_authorisation_list: tuple[AuthorisationData, ...] | None = None
    hash: str | None = None


class UpdateStatus(StrEnum):
    """What became of a new local list."""

    ACCEPTED = "Accepted"
    FAILED = "Failed"
    HASH_ERROR = "HashError"
    NOT_SUPPORTED = "NotSupported"
    VERSION_MISMATCH = "VersionMismatch"


class SendLocalListResponse(Response, frozen=True, kw_only=True):
    """Whether the local list was taken."""

    action: ClassVar[str] = "SendLocalList"

    status: UpdateStatus
    hash: str | None = None


class UnlockStatus(StrEnum):
    """What became of unlocking a connector."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class UnlockConnectorResponse(Response, frozen=True, kw_only=True):
    """Whether the cable was let go."""

    action: ClassVar[str] = "UnlockConnector"

    status: UnlockStatus


# --- the table ----------------------------------------------------------------------------------------------------

#: Actions that 1.6 added.
NEW_IN_1_6: Final = frozenset({"ClearChargingProfile", "GetCompositeSchedule", "SetChargingProfile", "TriggerMessage"})
_OWN: Final = (
    BootNotificationResponse,
    ChangeConfigurationRequest,
    ChangeConfigurationResponse,
    DataTransferRequest,
    DiagnosticsStatusNotificationRequest,
    FirmwareStatusNotificationRequest,
    GetConfigurationRequest,
    GetConfigurationResponse,
    GetDiagnosticsResponse,
    MeterValuesRequest,
    RemoteStartTransactionRequest,
    SendLocalListRequest,
    SendLocalListResponse,
    StatusNotificationRequest,
    StopTransactionRequest,
    UnlockConnectorResponse,
)
ACTIONS: Final = replaced(soap_wire.ACTIONS, without=NEW_IN_1_6, by=_OWN)
