"""Block B: booting, variables of the device model, reports, network profiles and reset."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import (
    EvseId,
    NonNegative,
    OneOrMore,
    RequestId,
    SequenceNumber,
    String6,
    String16,
    String20,
    String25,
    String48,
    String50,
    String64,
    String255,
    String1000,
    String2000,
    String2500,
    Timestamp,
)
from pluglot.messages.types import Component, ComponentVariable, GenericDeviceModelStatus, StatusInfo, Variable


class APNAuthentication(StrEnum):
    """How a modem authenticates itself to the mobile network (B)."""

    PAP = "PAP"
    CHAP = "CHAP"
    NONE = "NONE"
    AUTO = "AUTO"


class AttributeType(StrEnum):
    """Which value of a variable is meant; Actual when not said (B)."""

    ACTUAL = "Actual"
    TARGET = "Target"
    MIN_SET = "MinSet"
    MAX_SET = "MaxSet"


class BootReason(StrEnum):
    """Why a station started (B)."""

    APPLICATION_RESET = "ApplicationReset"
    FIRMWARE_UPDATE = "FirmwareUpdate"
    LOCAL_RESET = "LocalReset"
    POWER_UP = "PowerUp"
    REMOTE_RESET = "RemoteReset"
    SCHEDULED_RESET = "ScheduledReset"
    TRIGGERED = "Triggered"
    UNKNOWN = "Unknown"
    WATCHDOG = "Watchdog"


class ComponentCriterion(StrEnum):
    """Which components a report is about (B)."""

    ACTIVE = "Active"
    AVAILABLE = "Available"
    ENABLED = "Enabled"
    PROBLEM = "Problem"


class GetVariableStatus(StrEnum):
    """Whether a variable could be read (B)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    UNKNOWN_COMPONENT = "UnknownComponent"
    UNKNOWN_VARIABLE = "UnknownVariable"
    NOT_SUPPORTED_ATTRIBUTE_TYPE = "NotSupportedAttributeType"


class Mutability(StrEnum):
    """Whether a variable attribute may be read, written or both (B)."""

    READ_ONLY = "ReadOnly"
    WRITE_ONLY = "WriteOnly"
    READ_WRITE = "ReadWrite"


class OCPPInterface(StrEnum):
    """Which of the station's network interfaces to use (B)."""

    WIRED0 = "Wired0"
    WIRED1 = "Wired1"
    WIRED2 = "Wired2"
    WIRED3 = "Wired3"
    WIRELESS0 = "Wireless0"
    WIRELESS1 = "Wireless1"
    WIRELESS2 = "Wireless2"
    WIRELESS3 = "Wireless3"
    ANY = "Any"


class OCPPTransport(StrEnum):
    """Whether OCPP runs over SOAP or over JSON and WebSocket (B)."""

    SOAP = "SOAP"
    JSON = "JSON"


class OCPPVersion(StrEnum):
    """An OCPP version as network profiles name it (B)."""

    OCPP12 = "OCPP12"
    OCPP15 = "OCPP15"
    OCPP16 = "OCPP16"
    OCPP20 = "OCPP20"
    OCPP201 = "OCPP201"
    OCPP21 = "OCPP21"


class RegistrationStatus(StrEnum):
    """Whether a station is accepted by the CSMS (B)."""

    ACCEPTED = "Accepted"
    PENDING = "Pending"
    REJECTED = "Rejected"


class ReportBase(StrEnum):
    """Which standard report is wanted (B)."""

    CONFIGURATION_INVENTORY = "ConfigurationInventory"
    FULL_INVENTORY = "FullInventory"
    SUMMARY_INVENTORY = "SummaryInventory"


class ResetStatus(StrEnum):
    """What becomes of a reset (B)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    SCHEDULED = "Scheduled"


class ResetType(StrEnum):
    """When and how to restart (B)."""

    IMMEDIATE = "Immediate"
    ON_IDLE = "OnIdle"
    IMMEDIATE_AND_RESUME = "ImmediateAndResume"


class SetNetworkProfileStatus(StrEnum):
    """Whether a network profile could be stored (B)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    FAILED = "Failed"


class SetVariableStatus(StrEnum):
    """Whether a variable could be written (B)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    UNKNOWN_COMPONENT = "UnknownComponent"
    UNKNOWN_VARIABLE = "UnknownVariable"
    NOT_SUPPORTED_ATTRIBUTE_TYPE = "NotSupportedAttributeType"
    REBOOT_REQUIRED = "RebootRequired"


class VPNProtocol(StrEnum):
    """The protocol of a virtual private network (B)."""

    IKEV2 = "IKEv2"
    IPSEC = "IPSec"
    L2TP = "L2TP"
    PPTP = "PPTP"


class VariableDataType(StrEnum):
    """The type of a variable's value (B)."""

    STRING = "string"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE_TIME = "dateTime"
    BOOLEAN = "boolean"
    OPTION_LIST = "OptionList"
    SEQUENCE_LIST = "SequenceList"
    MEMBER_LIST = "MemberList"


class APN(DataType, frozen=True, kw_only=True):
    """How a modem gets into the mobile network (B)."""

    apn: String2000
    apn_authentication: APNAuthentication
    apn_user_name: String50 | None = None
    apn_password: String64 | None = None
    sim_pin: int | None = None
    preferred_network: String6 | None = None
    use_only_preferred_network: bool | None = None
    custom_data: CustomData | None = None


class Modem(DataType, frozen=True, kw_only=True):
    """The SIM a station's modem carries (B)."""

    iccid: String20 | None = None
    imsi: String20 | None = None
    custom_data: CustomData | None = None


class ChargingStation(DataType, frozen=True, kw_only=True):
    """The name plate of a station (B)."""

    model: String20
    vendor_name: String50
    serial_number: String25 | None = None
    modem: Modem | None = None
    firmware_version: String50 | None = None
    custom_data: CustomData | None = None


class GetVariableData(DataType, frozen=True, kw_only=True):
    """One variable attribute to be read (B)."""

    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None
    custom_data: CustomData | None = None


class GetVariableResult(DataType, frozen=True, kw_only=True):
    """One variable attribute that was read, or why not (B)."""

    attribute_status: GetVariableStatus
    component: Component
    variable: Variable
    attribute_status_info: StatusInfo | None = None
    attribute_type: AttributeType | None = None
    attribute_value: String2500 | None = None
    custom_data: CustomData | None = None


class VPN(DataType, frozen=True, kw_only=True):
    """How to enter a virtual private network (B)."""

    server: String2000
    user: String50
    password: String64
    key: String255
    type: VPNProtocol
    group: String50 | None = None
    custom_data: CustomData | None = None


class NetworkConnectionProfile(DataType, frozen=True, kw_only=True):
    """Everything a station needs to reach a CSMS (B)."""

    ocpp_interface: OCPPInterface
    ocpp_transport: OCPPTransport
    #: s
    message_timeout: int
    #: Without the identity, which is appended as the last path segment.
    ocpp_csms_url: String2000
    #: 0 to 3.
    security_profile: NonNegative
    apn: APN | None = None
    ocpp_version: OCPPVersion | None = None
    #: The user name for HTTP Basic authentication, and so the station's identity there.
    identity: String48 | None = None
    basic_auth_password: String64 | None = None
    vpn: VPN | None = None
    custom_data: CustomData | None = None


class VariableAttribute(DataType, frozen=True, kw_only=True):
    """One of up to four values of a variable: actual, target, lowest and highest settable (B)."""

    #: Actual when absent.
    type: AttributeType | None = None
    value: String2500 | None = None
    #: ReadWrite when absent.
    mutability: Mutability | None = None
    #: Whether the value survives a restart; false when absent.
    persistent: bool | None = None
    #: Whether the value never changes at run time; false when absent.
    constant: bool | None = None
    custom_data: CustomData | None = None


class VariableCharacteristics(DataType, frozen=True, kw_only=True):
    """What values a variable may take (B)."""

    data_type: VariableDataType
    supports_monitoring: bool
    #: Of the value, of the limits and of monitors.
    unit: String16 | None = None
    min_limit: Decimal | None = None
    max_limit: Decimal | None = None
    #: How many elements a list may have.
    max_elements: Annotated[int, Meta(ge=1)] | None = None
    #: Separated by commas.
    values_list: String1000 | None = None
    custom_data: CustomData | None = None


class ReportData(DataType, frozen=True, kw_only=True):
    """One variable of a component with its attributes and characteristics (B)."""

    component: Component
    variable: Variable
    variable_attribute: Annotated[tuple[VariableAttribute, ...], Meta(min_length=1, max_length=4)]
    variable_characteristics: VariableCharacteristics | None = None
    custom_data: CustomData | None = None


class SetVariableData(DataType, frozen=True, kw_only=True):
    """One variable attribute to be written (B)."""

    attribute_value: String2500
    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None
    custom_data: CustomData | None = None


class SetVariableResult(DataType, frozen=True, kw_only=True):
    """What became of writing one variable attribute (B)."""

    attribute_status: SetVariableStatus
    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None
    attribute_status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class BootNotificationRequest(Request, frozen=True, kw_only=True):
    """A station introduces itself after it started (B01)."""

    action: ClassVar[str] = "BootNotification"

    charging_station: ChargingStation
    reason: BootReason
    custom_data: CustomData | None = None


class BootNotificationResponse(Response, frozen=True, kw_only=True):
    """Whether the station is registered, what time it is, and how often it should say hello (B01)."""

    action: ClassVar[str] = "BootNotification"

    #: The CSMS's clock, to set one's own by.
    current_time: Timestamp
    #: Seconds between heartbeats, or until the next BootNotification when not accepted.
    interval: int
    status: RegistrationStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetBaseReportRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks for one of the standard reports on the device model (B07)."""

    action: ClassVar[str] = "GetBaseReport"

    request_id: RequestId
    report_base: ReportBase
    custom_data: CustomData | None = None


class GetBaseReportResponse(Response, frozen=True, kw_only=True):
    """Whether the report will follow in NotifyReport messages (B07)."""

    action: ClassVar[str] = "GetBaseReport"

    status: GenericDeviceModelStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetReportRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks for a report on chosen components and variables (B08)."""

    action: ClassVar[str] = "GetReport"

    request_id: RequestId
    component_variable: OneOrMore[ComponentVariable] | None = None
    component_criteria: Annotated[tuple[ComponentCriterion, ...], Meta(min_length=1, max_length=4)] | None = None
    custom_data: CustomData | None = None


class GetReportResponse(Response, frozen=True, kw_only=True):
    """Whether the chosen report will follow in NotifyReport messages (B08)."""

    action: ClassVar[str] = "GetReport"

    status: GenericDeviceModelStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetVariablesRequest(Request, frozen=True, kw_only=True):
    """The CSMS reads variables of the device model (B06)."""

    action: ClassVar[str] = "GetVariables"

    get_variable_data: OneOrMore[GetVariableData]
    custom_data: CustomData | None = None


class GetVariablesResponse(Response, frozen=True, kw_only=True):
    """What was read, one result for each variable asked for (B06)."""

    action: ClassVar[str] = "GetVariables"

    get_variable_result: OneOrMore[GetVariableResult]
    custom_data: CustomData | None = None


class NotifyReportRequest(Request, frozen=True, kw_only=True):
    """One part of a device model report (B07)."""

    action: ClassVar[str] = "NotifyReport"

    request_id: RequestId
    generated_at: Timestamp
    #: Counts the parts of one report from 0.
    seq_no: SequenceNumber
    report_data: OneOrMore[ReportData] | None = None
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyReportResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part of the report (B07)."""

    action: ClassVar[str] = "NotifyReport"

    custom_data: CustomData | None = None


class ResetRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station, or one EVSE, to restart (B11)."""

    action: ClassVar[str] = "Reset"

    type: ResetType
    #: The whole station when absent.
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class ResetResponse(Response, frozen=True, kw_only=True):
    """Whether the restart happens now, later or not at all (B11)."""

    action: ClassVar[str] = "Reset"

    status: ResetStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetNetworkProfileRequest(Request, frozen=True, kw_only=True):
    """The CSMS stores a way of connecting in one of the station's slots (B09)."""

    action: ClassVar[str] = "SetNetworkProfile"

    configuration_slot: int
    connection_data: NetworkConnectionProfile
    custom_data: CustomData | None = None


class SetNetworkProfileResponse(Response, frozen=True, kw_only=True):
    """Whether the network profile was stored (B09)."""

    action: ClassVar[str] = "SetNetworkProfile"

    status: SetNetworkProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetVariablesRequest(Request, frozen=True, kw_only=True):
    """The CSMS writes variables of the device model (B05)."""

    action: ClassVar[str] = "SetVariables"

    set_variable_data: OneOrMore[SetVariableData]
    custom_data: CustomData | None = None


class SetVariablesResponse(Response, frozen=True, kw_only=True):
    """What became of each variable that was to be written (B05)."""

    action: ClassVar[str] = "SetVariables"

    set_variable_result: OneOrMore[SetVariableResult]
    custom_data: CustomData | None = None
