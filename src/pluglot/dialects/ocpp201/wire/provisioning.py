"""Block B: booting, variables of the device model, reports, network profiles and reset."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.dialects.ocpp201.wire.types import Component, ComponentVariable, StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.provisioning import (
    APNAuthentication,
    AttributeType,
    ComponentCriterion,
    GetVariableStatus,
    OCPPTransport,
    RegistrationStatus,
    ResetStatus,
    SetNetworkProfileStatus,
    SetVariableStatus,
    VariableAttribute,
    VariableDataType,
    VPNProtocol,
)
from pluglot.messages.scalars import (
    OneOrMore,
    RequestId,
    String6,
    String16,
    String20,
    String255,
    String512,
    String1000,
    String2500,
    Timestamp,
)
from pluglot.messages.types import GenericDeviceModelStatus, Variable


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


class OCPPVersion(StrEnum):
    """An OCPP version as network profiles name it (B)."""

    OCPP12 = "OCPP12"
    OCPP15 = "OCPP15"
    OCPP16 = "OCPP16"
    OCPP20 = "OCPP20"


class ResetType(StrEnum):
    """When and how to restart (B)."""

    IMMEDIATE = "Immediate"
    ON_IDLE = "OnIdle"


class APN(DataType, frozen=True, kw_only=True):
    """How a modem gets into the mobile network (B)."""

    apn: String512
    apn_authentication: APNAuthentication
    apn_user_name: String20 | None = None
    apn_password: String20 | None = None
    sim_pin: int | None = None
    preferred_network: String6 | None = None
    use_only_preferred_network: bool | None = None
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

    server: String512
    user: String20
    password: String20
    key: String255
    type: VPNProtocol
    group: String20 | None = None
    custom_data: CustomData | None = None


class NetworkConnectionProfile(DataType, frozen=True, kw_only=True):
    """Everything a station needs to reach a CSMS (B)."""

    #: Which version to speak there.
    ocpp_version: OCPPVersion
    ocpp_transport: OCPPTransport
    #: Without the identity, which is appended as the last path segment.
    ocpp_csms_url: String512
    #: s
    message_timeout: int
    #: 0 to 3.
    security_profile: int
    ocpp_interface: OCPPInterface
    apn: APN | None = None
    vpn: VPN | None = None
    custom_data: CustomData | None = None


class VariableCharacteristics(DataType, frozen=True, kw_only=True):
    """What values a variable may take (B)."""

    data_type: VariableDataType
    supports_monitoring: bool
    #: Of the value, of the limits and of monitors.
    unit: String16 | None = None
    min_limit: Decimal | None = None
    max_limit: Decimal | None = None
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

    attribute_value: String1000
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
    seq_no: int
    report_data: OneOrMore[ReportData] | None = None
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class ResetRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station, or one EVSE, to restart (B11)."""

    action: ClassVar[str] = "Reset"

    type: ResetType
    #: The whole station when absent.
    evse_id: int | None = None
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
