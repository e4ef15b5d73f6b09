"""provisioning"""

from __future__ import annotations

from datetime import datetime
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
)
from pluglot.messages.types import GenericDeviceModelStatus, Variable


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


class OCPPVersion(StrEnum):
    """OCPPVersion."""

    OCPP12 = "OCPP12"
    OCPP15 = "OCPP15"
    OCPP16 = "OCPP16"
    OCPP20 = "OCPP20"


class ResetType(StrEnum):
    """ResetType."""

    IMMEDIATE = "Immediate"
    ON_IDLE = "OnIdle"


class APN(DataType, frozen=True, kw_only=True):
    """APN."""

    apn: String512
    apn_authentication: APNAuthentication
    apn_user_name: String20 | None = None
    apn_password: String20 | None = None
    sim_pin: int | None = None
    preferred_network: String6 | None = None
    use_only_preferred_network: bool | None = None
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

    server: String512
    user: String20
    password: String20
    key: String255
    type: VPNProtocol
    group: String20 | None = None
    custom_data: CustomData | None = None


class NetworkConnectionProfile(DataType, frozen=True, kw_only=True):
    """NetworkConnectionProfile."""

    ocpp_version: OCPPVersion
    ocpp_transport: OCPPTransport
    ocpp_csms_url: String512
    message_timeout: int
    security_profile: int
    ocpp_interface: OCPPInterface
    apn: APN | None = None
    vpn: VPN | None = None
    custom_data: CustomData | None = None


class VariableCharacteristics(DataType, frozen=True, kw_only=True):
    """VariableCharacteristics."""

    data_type: VariableDataType
    supports_monitoring: bool
    unit: String16 | None = None
    min_limit: Decimal | None = None
    max_limit: Decimal | None = None
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

    attribute_value: String1000
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


class BootNotificationResponse(Response, frozen=True, kw_only=True):
    """BootNotificationResponse."""

    action: ClassVar[str] = "BootNotification"

    current_time: datetime
    interval: int
    status: RegistrationStatus
    status_info: StatusInfo | None = None
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
    seq_no: int
    report_data: OneOrMore[ReportData] | None = None
    tbc: bool | None = None
    custom_data: CustomData | None = None


class ResetRequest(Request, frozen=True, kw_only=True):
    """ResetRequest."""

    action: ClassVar[str] = "Reset"

    type: ResetType
    evse_id: int | None = None
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
