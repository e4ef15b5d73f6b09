"""Block B: booting, variables of the device model, reports, network profiles and reset."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.dialects.ocpp20.wire.types import Component, ComponentVariable, GenericDeviceModelStatus, Variable
from pluglot.dialects.ocpp201.wire.provisioning import OCPPInterface, OCPPVersion, ResetType
from pluglot.messages.provisioning import (
    APNAuthentication,
    AttributeType,
    BootReason,
    ComponentCriterion,
    GetVariableStatus,
    Mutability,
    OCPPTransport,
    RegistrationStatus,
    ReportBase,
    ResetStatus,
    SetNetworkProfileStatus,
    VariableDataType,
    VPNProtocol,
)
from pluglot.messages.scalars import (
    OneOrMore,
    RequestId,
    String6,
    String16,
    String20,
    String50,
    String255,
    String512,
    String1000,
    Timestamp,
)


class SetVariableStatus(StrEnum):
    """Whether a variable could be written (B)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    INVALID_VALUE = "InvalidValue"
    UNKNOWN_COMPONENT = "UnknownComponent"
    UNKNOWN_VARIABLE = "UnknownVariable"
    NOT_SUPPORTED_ATTRIBUTE_TYPE = "NotSupportedAttributeType"
    OUT_OF_RANGE = "OutOfRange"
    REBOOT_REQUIRED = "RebootRequired"


class APN(DataType, frozen=True, kw_only=True):
    """How a modem gets into the mobile network (B)."""

    apn: String512
    apn_authentication: APNAuthentication
    apn_user_name: String20 | None = None
    apn_password: String20 | None = None
    sim_pin: int | None = None
    preferred_network: String6 | None = None
    use_only_preferred_network: bool | None = None


class Modem(DataType, frozen=True, kw_only=True):
    """The SIM a station's modem carries (B)."""

    iccid: String20 | None = None
    imsi: String20 | None = None


class ChargingStation(DataType, frozen=True, kw_only=True):
    """The name plate of a station (B)."""

    model: String20
    vendor_name: String50
    serial_number: String20 | None = None
    modem: Modem | None = None
    firmware_version: String50 | None = None


class GetVariableData(DataType, frozen=True, kw_only=True):
    """One variable attribute to be read (B)."""

    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None


class GetVariableResult(DataType, frozen=True, kw_only=True):
    """One variable attribute that was read, or why not (B)."""

    attribute_status: GetVariableStatus
    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None
    attribute_value: String1000 | None = None


class VPN(DataType, frozen=True, kw_only=True):
    """How to enter a virtual private network (B)."""

    server: String512
    user: String20
    password: String20
    key: String255
    type: VPNProtocol
    group: String20 | None = None


class NetworkConnectionProfile(DataType, frozen=True, kw_only=True):
    """Everything a station needs to reach a CSMS (B)."""

    #: Which version to speak there.
    ocpp_version: OCPPVersion
    ocpp_transport: OCPPTransport
    #: Without the identity, which is appended as the last path segment.
    ocpp_csms_url: String512
    #: s
    message_timeout: int
    ocpp_interface: OCPPInterface
    apn: APN | None = None
    vpn: VPN | None = None


class VariableAttribute(DataType, frozen=True, kw_only=True):
    """One of up to four values of a variable: actual, target, lowest and highest settable (B)."""

    value: String1000
    persistence: bool
    #: Whether the value never changes at run time; false when absent.
    constant: bool
    #: Actual when absent.
    type: AttributeType | None = None
    #: ReadWrite when absent.
    mutability: Mutability | None = None


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


class ReportData(DataType, frozen=True, kw_only=True):
    """One variable of a component with its attributes and characteristics (B)."""

    component: Component
    variable: Variable
    variable_attribute: Annotated[tuple[VariableAttribute, ...], Meta(min_length=1, max_length=4)]
    variable_characteristics: VariableCharacteristics | None = None


class SetVariableData(DataType, frozen=True, kw_only=True):
    """One variable attribute to be written (B)."""

    attribute_value: String1000
    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None


class SetVariableResult(DataType, frozen=True, kw_only=True):
    """What became of writing one variable attribute (B)."""

    attribute_status: SetVariableStatus
    component: Component
    variable: Variable
    attribute_type: AttributeType | None = None


class BootNotificationRequest(Request, frozen=True, kw_only=True):
    """A station introduces itself after it started (B01)."""

    action: ClassVar[str] = "BootNotification"

    charging_station: ChargingStation
    reason: BootReason


class BootNotificationResponse(Response, frozen=True, kw_only=True):
    """Whether the station is registered, what time it is, and how often it should say hello (B01)."""

    action: ClassVar[str] = "BootNotification"

    #: The CSMS's clock, to set one's own by.
    current_time: Timestamp
    #: Seconds between heartbeats, or until the next BootNotification when not accepted.
    interval: int
    status: RegistrationStatus


class GetBaseReportRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks for one of the standard reports on the device model (B07)."""

    action: ClassVar[str] = "GetBaseReport"

    request_id: RequestId
    report_base: ReportBase


class GetBaseReportResponse(Response, frozen=True, kw_only=True):
    """Whether the report will follow in NotifyReport messages (B07)."""

    action: ClassVar[str] = "GetBaseReport"

    status: GenericDeviceModelStatus


class GetReportRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks for a report on chosen components and variables (B08)."""

    action: ClassVar[str] = "GetReport"

    component_variable: OneOrMore[ComponentVariable] | None = None
    request_id: RequestId | None = None
    component_criteria: Annotated[tuple[ComponentCriterion, ...], Meta(min_length=1, max_length=4)] | None = None


class GetReportResponse(Response, frozen=True, kw_only=True):
    """Whether the chosen report will follow in NotifyReport messages (B08)."""

    action: ClassVar[str] = "GetReport"

    status: GenericDeviceModelStatus


class GetVariablesRequest(Request, frozen=True, kw_only=True):
    """The CSMS reads variables of the device model (B06)."""

    action: ClassVar[str] = "GetVariables"

    get_variable_data: OneOrMore[GetVariableData]


class GetVariablesResponse(Response, frozen=True, kw_only=True):
    """What was read, one result for each variable asked for (B06)."""

    action: ClassVar[str] = "GetVariables"

    get_variable_result: OneOrMore[GetVariableResult]


class NotifyReportRequest(Request, frozen=True, kw_only=True):
    """One part of a device model report (B07)."""

    action: ClassVar[str] = "NotifyReport"

    generated_at: Timestamp
    report_data: OneOrMore[ReportData]
    #: To be continued: another part follows; false when absent.
    tbc: bool
    #: Counts the parts of one report from 0.
    seq_no: int
    request_id: RequestId | None = None


class NotifyReportResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part of the report (B07)."""

    action: ClassVar[str] = "NotifyReport"


class ResetRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station, or one EVSE, to restart (B11)."""

    action: ClassVar[str] = "Reset"

    type: ResetType


class ResetResponse(Response, frozen=True, kw_only=True):
    """Whether the restart happens now, later or not at all (B11)."""

    action: ClassVar[str] = "Reset"

    status: ResetStatus


class SetNetworkProfileRequest(Request, frozen=True, kw_only=True):
    """The CSMS stores a way of connecting in one of the station's slots (B09)."""

    action: ClassVar[str] = "SetNetworkProfile"

    configuration_slot: int
    connection_data: NetworkConnectionProfile


class SetNetworkProfileResponse(Response, frozen=True, kw_only=True):
    """Whether the network profile was stored (B09)."""

    action: ClassVar[str] = "SetNetworkProfile"

    status: SetNetworkProfileStatus


class SetVariablesRequest(Request, frozen=True, kw_only=True):
    """The CSMS writes variables of the device model (B05)."""

    action: ClassVar[str] = "SetVariables"

    set_variable_data: OneOrMore[SetVariableData]


class SetVariablesResponse(Response, frozen=True, kw_only=True):
    """What became of each variable that was to be written (B05)."""

    action: ClassVar[str] = "SetVariables"

    set_variable_result: OneOrMore[SetVariableResult]
