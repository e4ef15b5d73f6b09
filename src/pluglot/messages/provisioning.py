"""provisioning"""

from __future__ import annotations

from datetime import datetime
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
)
from pluglot.messages.types import Component, ComponentVariable, GenericDeviceModelStatus, StatusInfo, Variable


class APNAuthentication(StrEnum):
    """APNAuthentication."""

    PAP = "PAP"
    CHAP = "CHAP"
    NONE = "NONE"
    AUTO = "AUTO"


class AttributeType(StrEnum):
    """AttributeType."""

    ACTUAL = "Actual"
    TARGET = "Target"
    MIN_SET = "MinSet"
    MAX_SET = "MaxSet"


class BootReason(StrEnum):
    """BootReason."""

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
    """ComponentCriterion."""

    ACTIVE = "Active"
    AVAILABLE = "Available"
    ENABLED = "Enabled"
    PROBLEM = "Problem"


class GetVariableStatus(StrEnum):
    """GetVariableStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    UNKNOWN_COMPONENT = "UnknownComponent"
    UNKNOWN_VARIABLE = "UnknownVariable"
    NOT_SUPPORTED_ATTRIBUTE_TYPE = "NotSupportedAttributeType"


class Mutability(StrEnum):
    """Mutability."""

    READ_ONLY = "ReadOnly"
    WRITE_ONLY = "WriteOnly"
    READ_WRITE = "ReadWrite"


class OCPPInterface(StrEnum):
    """OCPPInterface."""

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
    """OCPPTransport."""

    SOAP = "SOAP"
    JSON = "JSON"


class OCPPVersion(StrEnum):
    """OCPPVersion."""

    OCPP12 = "OCPP12"
    OCPP15 = "OCPP15"
    OCPP16 = "OCPP16"
    OCPP20 = "OCPP20"
    OCPP201 = "OCPP201"
    OCPP21 = "OCPP21"


class RegistrationStatus(StrEnum):
    """RegistrationStatus."""

    ACCEPTED = "Accepted"
    PENDING = "Pending"
    REJECTED = "Rejected"


class ReportBase(StrEnum):
    """ReportBase."""

    CONFIGURATION_INVENTORY = "ConfigurationInventory"
    FULL_INVENTORY = "FullInventory"
    SUMMARY_INVENTORY = "SummaryInventory"


class ResetStatus(StrEnum):
    """ResetStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    SCHEDULED = "Scheduled"


class ResetType(StrEnum):
    """ResetType."""

    IMMEDIATE = "Immediate"
    ON_IDLE = "OnIdle"
    IMMEDIATE_AND_RESUME = "ImmediateAndResume"


class SetNetworkProfileStatus(StrEnum):
    """SetNetworkProfileStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    FAILED = "Failed"


class SetVariableStatus(StrEnum):
    """SetVariableStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    UNKNOWN_COMPONENT = "UnknownComponent"
    UNKNOWN_VARIABLE = "UnknownVariable"
    NOT_SUPPORTED_ATTRIBUTE_TYPE = "NotSupportedAttributeType"
    REBOOT_REQUIRED = "RebootRequired"


class VPNProtocol(StrEnum):
    """VPNProtocol."""

    IKEV2 = "IKEv2"
    IPSEC = "IPSec"
    L2TP = "L2TP"
    PPTP = "PPTP"


class VariableDataType(StrEnum):
    """VariableDataType."""

    STRING = "string"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE_TIME = "dateTime"
    BOOLEAN = "boolean"
    OPTION_LIST = "OptionList"
    SEQUENCE_LIST = "SequenceList"
    MEMBER_LIST = "MemberList"


class APN(DataType, frozen=True, kw_only=True):
    """APN."""

    apn: String2000
    apn_authentication: APNAuthentication
    apn_user_name: String50 | None = None
    apn_password: String64 | None = None
    sim_pin: int | None = None
    preferred_network: String6 | None = None
    use_only_preferred_network: bool | None = None
    custom_data: CustomData | None = None


class Modem(DataType, frozen=True, kw_only=True):
    """Modem."""

    iccid: String20 | None = None
    imsi: String20 | None = None
    custom_data: CustomData | None = None


class ChargingStation(DataType, frozen=True, kw_only=True):
    """ChargingStation."""

    model: String20
    vendor_name: String50
    serial_number: String25 | None = None
    modem: Modem | None = None
    firmware_version: String50 | None = None
    custom_data: CustomData | None = None


class GetVariableData(DataType, frozen=True, kw_only=True):
    """GetVariableData."""

    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None
    custom_data: CustomData | None = None


class GetVariableResult(DataType, frozen=True, kw_only=True):
    """GetVariableResult."""

    attribute_status: GetVariableStatus
    component: Component
    variable: Variable
    attribute_status_info: StatusInfo | None = None
    attribute_type: AttributeType | None = None
    attribute_value: String2500 | None = None
    custom_data: CustomData | None = None


class VPN(DataType, frozen=True, kw_only=True):
    """VPN."""

    server: String2000
    user: String50
    password: String64
    key: String255
    type: VPNProtocol
    group: String50 | None = None
    custom_data: CustomData | None = None


class NetworkConnectionProfile(DataType, frozen=True, kw_only=True):
    """NetworkConnectionProfile."""

    ocpp_interface: OCPPInterface
    ocpp_transport: OCPPTransport
    message_timeout: int
    ocpp_csms_url: String2000
    security_profile: NonNegative
    apn: APN | None = None
    ocpp_version: OCPPVersion | None = None
    identity: String48 | None = None
    basic_auth_password: String64 | None = None
    vpn: VPN | None = None
    custom_data: CustomData | None = None


class VariableAttribute(DataType, frozen=True, kw_only=True):
    """VariableAttribute."""

    type: AttributeType | None = None
    value: String2500 | None = None
    mutability: Mutability | None = None
    persistent: bool | None = None
    constant: bool | None = None
    custom_data: CustomData | None = None


class VariableCharacteristics(DataType, frozen=True, kw_only=True):
    """VariableCharacteristics."""

    data_type: VariableDataType
    supports_monitoring: bool
    unit: String16 | None = None
    min_limit: Decimal | None = None
    max_limit: Decimal | None = None
    max_elements: Annotated[int, Meta(ge=1)] | None = None
    values_list: String1000 | None = None
    custom_data: CustomData | None = None


class ReportData(DataType, frozen=True, kw_only=True):
    """ReportData."""

    component: Component
    variable: Variable
    variable_attribute: Annotated[tuple[VariableAttribute, ...], Meta(min_length=1, max_length=4)]
    variable_characteristics: VariableCharacteristics | None = None
    custom_data: CustomData | None = None


class SetVariableData(DataType, frozen=True, kw_only=True):
    """SetVariableData."""

    attribute_value: String2500
    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None
    custom_data: CustomData | None = None


class SetVariableResult(DataType, frozen=True, kw_only=True):
    """SetVariableResult."""

    attribute_status: SetVariableStatus
    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None
    attribute_status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class BootNotificationRequest(Request, frozen=True, kw_only=True):
    """BootNotificationRequest."""

    action: ClassVar[str] = "BootNotification"

    charging_station: ChargingStation
    reason: BootReason
    custom_data: CustomData | None = None


class BootNotificationResponse(Response, frozen=True, kw_only=True):
    """BootNotificationResponse."""

    action: ClassVar[str] = "BootNotification"

    current_time: datetime
    interval: int
    status: RegistrationStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetBaseReportRequest(Request, frozen=True, kw_only=True):
    """GetBaseReportRequest."""

    action: ClassVar[str] = "GetBaseReport"

    request_id: RequestId
    report_base: ReportBase
    custom_data: CustomData | None = None


class GetBaseReportResponse(Response, frozen=True, kw_only=True):
    """GetBaseReportResponse."""

    action: ClassVar[str] = "GetBaseReport"

    status: GenericDeviceModelStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetReportRequest(Request, frozen=True, kw_only=True):
    """GetReportRequest."""

    action: ClassVar[str] = "GetReport"

    request_id: RequestId
    component_variable: OneOrMore[ComponentVariable] | None = None
    component_criteria: Annotated[tuple[ComponentCriterion, ...], Meta(min_length=1, max_length=4)] | None = None
    custom_data: CustomData | None = None


class GetReportResponse(Response, frozen=True, kw_only=True):
    """GetReportResponse."""

    action: ClassVar[str] = "GetReport"

    status: GenericDeviceModelStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetVariablesRequest(Request, frozen=True, kw_only=True):
    """GetVariablesRequest."""

    action: ClassVar[str] = "GetVariables"

    get_variable_data: OneOrMore[GetVariableData]
    custom_data: CustomData | None = None


class GetVariablesResponse(Response, frozen=True, kw_only=True):
    """GetVariablesResponse."""

    action: ClassVar[str] = "GetVariables"

    get_variable_result: OneOrMore[GetVariableResult]
    custom_data: CustomData | None = None


class NotifyReportRequest(Request, frozen=True, kw_only=True):
    """NotifyReportRequest."""

    action: ClassVar[str] = "NotifyReport"

    request_id: RequestId
    generated_at: datetime
    seq_no: SequenceNumber
    report_data: OneOrMore[ReportData] | None = None
    tbc: bool | None = None
    custom_data: CustomData | None = None


class NotifyReportResponse(Response, frozen=True, kw_only=True):
    """NotifyReportResponse."""

    action: ClassVar[str] = "NotifyReport"

    custom_data: CustomData | None = None


class ResetRequest(Request, frozen=True, kw_only=True):
    """ResetRequest."""

    action: ClassVar[str] = "Reset"

    type: ResetType
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class ResetResponse(Response, frozen=True, kw_only=True):
    """ResetResponse."""

    action: ClassVar[str] = "Reset"

    status: ResetStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetNetworkProfileRequest(Request, frozen=True, kw_only=True):
    """SetNetworkProfileRequest."""

    action: ClassVar[str] = "SetNetworkProfile"

    configuration_slot: int
    connection_data: NetworkConnectionProfile
    custom_data: CustomData | None = None


class SetNetworkProfileResponse(Response, frozen=True, kw_only=True):
    """SetNetworkProfileResponse."""

    action: ClassVar[str] = "SetNetworkProfile"

    status: SetNetworkProfileStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class SetVariablesRequest(Request, frozen=True, kw_only=True):
    """SetVariablesRequest."""

    action: ClassVar[str] = "SetVariables"

    set_variable_data: OneOrMore[SetVariableData]
    custom_data: CustomData | None = None


class SetVariablesResponse(Response, frozen=True, kw_only=True):
    """SetVariablesResponse."""

    action: ClassVar[str] = "SetVariables"

    set_variable_result: OneOrMore[SetVariableResult]
    custom_data: CustomData | None = None
