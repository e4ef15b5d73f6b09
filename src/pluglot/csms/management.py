"""The management system as one object: every request of a station goes through one table to its block."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from pluglot.csms import (
    authorization,
    availability,
    battery_swap,
    certificates,
    data_transfer,
    der_control,
    diagnostics,
    display,
    firmware,
    integers,
    meter_values,
    payment,
    provisioning,
    reservation,
    security,
    smart_charging,
    variables,
)
from pluglot.csms.clock import ClockWatch
from pluglot.csms.decision import Context, Decision, refused
from pluglot.csms.facts import Fact
from pluglot.csms.policy import Policy
from pluglot.csms.ports import Stations, Tokens, Transactions
from pluglot.csms.transactions import TransactionDesk
from pluglot.dialects.base import Refusal
from pluglot.messages import (
    AuthorizeRequest,
    BatterySwapRequest,
    BootNotificationRequest,
    ClearedChargingLimitRequest,
    ClosePeriodicEventStreamRequest,
    DataTransferRequest,
    FirmwareStatusNotificationRequest,
    Get15118EVCertificateRequest,
    GetCertificateChainStatusRequest,
    GetCertificateStatusRequest,
    GetVariablesRequest,
    HeartbeatRequest,
    LogStatusNotificationRequest,
    MeterValuesRequest,
    NotifyChargingLimitRequest,
    NotifyCustomerInformationRequest,
    NotifyDERAlarmRequest,
    NotifyDERStartStopRequest,
    NotifyDisplayMessagesRequest,
    NotifyEVChargingNeedsRequest,
    NotifyEVChargingScheduleRequest,
    NotifyEventRequest,
    NotifyMonitoringReportRequest,
    NotifyPeriodicEventStreamRequest,
    NotifyPriorityChargingRequest,
    NotifyReportRequest,
    NotifySettlementRequest,
    OpenPeriodicEventStreamRequest,
    PublishFirmwareStatusNotificationRequest,
    PullDynamicScheduleUpdateRequest,
    ReportChargingProfilesRequest,
    ReportDERControlRequest,
    Request,
    ReservationStatusUpdateRequest,
    SecurityEventNotificationRequest,
    SetVariablesRequest,
    SignCertificateRequest,
    StatusNotificationRequest,
    TransactionEventRequest,
    VatNumberValidationRequest,
)

Handler = Callable[[Context, Any], Awaitable[Decision]]
Learner = Callable[[str, Any, Any, datetime], tuple[Fact, ...]]

#: Requests whose block needs nothing but the request.
_PLAIN: dict[type[Request], Handler] = {
    # Block A, security.
    SignCertificateRequest: security.sign_certificate,
    # Block B, provisioning.
    NotifyReportRequest: variables.notify_report,
    # Block C, authorization and payment.
    NotifySettlementRequest: payment.notify_settlement,
    VatNumberValidationRequest: payment.vat_number_validation,
    # Block G, availability.
    HeartbeatRequest: availability.heartbeat,
    # Block H, reservation.
    ReservationStatusUpdateRequest: reservation.reservation_status_update,
    # Block K, smart charging.
    ClearedChargingLimitRequest: smart_charging.cleared_charging_limit,
    NotifyChargingLimitRequest: smart_charging.notify_charging_limit,
    NotifyEVChargingNeedsRequest: smart_charging.notify_ev_charging_needs,
    NotifyEVChargingScheduleRequest: smart_charging.notify_ev_charging_schedule,
    NotifyPriorityChargingRequest: smart_charging.notify_priority_charging,
    PullDynamicScheduleUpdateRequest: smart_charging.pull_dynamic_schedule_update,
    ReportChargingProfilesRequest: smart_charging.report_charging_profiles,
    # Block L, firmware.
    FirmwareStatusNotificationRequest: firmware.firmware_status_notification,
    PublishFirmwareStatusNotificationRequest: firmware.publish_firmware_status_notification,
    # Block M, certificates.
    Get15118EVCertificateRequest: certificates.get_15118_ev_certificate,
    GetCertificateChainStatusRequest: certificates.get_certificate_chain_status,
    GetCertificateStatusRequest: certificates.get_certificate_status,
    # Block N, diagnostics.
    ClosePeriodicEventStreamRequest: diagnostics.close_periodic_event_stream,
    LogStatusNotificationRequest: diagnostics.log_status_notification,
    NotifyCustomerInformationRequest: diagnostics.notify_customer_information,
    NotifyMonitoringReportRequest: diagnostics.notify_monitoring_report,
    NotifyPeriodicEventStreamRequest: diagnostics.notify_periodic_event_stream,
    OpenPeriodicEventStreamRequest: diagnostics.open_periodic_event_stream,
    # Block O, display.
    NotifyDisplayMessagesRequest: display.notify_display_messages,
    # Block P, data transfer.
    DataTransferRequest: data_transfer.data_transfer,
    # Block R, DER control.
    NotifyDERAlarmRequest: der_control.notify_der_alarm,
    NotifyDERStartStopRequest: der_control.notify_der_start_stop,
    ReportDERControlRequest: der_control.report_der_control,
    # Block S, battery swap.
    BatterySwapRequest: battery_swap.battery_swap,
}

#: Commands whose answers tell something about the station.
_LEARNERS: dict[type[Request], Learner] = {
    GetVariablesRequest: variables.learn_from_get,
    SetVariablesRequest: variables.learn_from_set,
}


class Csms:
    """Decides on everything stations ask; storing the facts before an answer is given is the caller's work.

    Requests of one station must come one at a time, the next after the facts of the last are stored (HRD-12).
    """

    def __init__(
        self, stations: Stations, tokens: Tokens, transactions: Transactions, policy: Policy | None = None
    ) -> None:
        self._stations = stations
        self._tokens = tokens
        self._policy = policy or Policy()
        self._clocks = ClockWatch()
        self._handlers: dict[type[Request], Handler] = {**_PLAIN, **self._with_ports(transactions)}

    def _with_ports(self, transactions: Transactions) -> dict[type[Request], Handler]:
        """Requests whose block looks something up, or remembers whose clock is wrong."""
        tokens, policy, clocks = self._tokens, self._policy, self._clocks
        return {
            # Most frequent first, for the reader; the table is the same for all.
            TransactionEventRequest: TransactionDesk(tokens, transactions, policy, clocks).receive,
            MeterValuesRequest: lambda context, request: meter_values.meter_values(context, request, clocks=clocks),
            StatusNotificationRequest: lambda context, request: availability.status_notification(
                context, request, clocks=clocks
            ),
            NotifyEventRequest: lambda context, request: diagnostics.notify_event(context, request, clocks=clocks),
            AuthorizeRequest: lambda context, request: authorization.authorize(
                context, request, tokens=tokens, policy=policy
            ),
            BootNotificationRequest: lambda context, request: provisioning.boot_notification(
                context, request, policy=policy
            ),
            SecurityEventNotificationRequest: lambda context, request: security.security_event_notification(
                context, request, clocks=clocks
            ),
        }

    async def handle(
        self, station_id: str, request: Request, *, now: datetime, ocpp_version: str, asked_for: bool = False
    ) -> Decision:
        """Decide on a request of a station.

        Args:
            station_id: who asks; the identity its link has proved, never one that a message names.
            request: a 2.1 request.
            now: when it was received, aware, UTC.
            ocpp_version: what the station itself speaks.
            asked_for: whether we asked for this message by TriggerMessage, GetBaseReport or GetReport.
        """
        station = await self._stations.find(station_id)
        if station is None:
            return refused("SecurityError", "The station is not registered.")
        context = Context(station, now, ocpp_version)
        closed = provisioning.gate(context, request.action, asked_for=asked_for)
        if closed is not None:
            return closed
        handler = self._handlers.get(type(request))
        if handler is None:
            return refused("NotSupported", f"{request.action} is not something a station asks of this system.")
        if integers.too_wide(request):
            return refused("PropertyConstraintViolation", "An integer is wider than 32 bits.")
        return await handler(context, request)

    async def may_ask(self, station_id: str, action: str) -> Refusal | None:
        """Why this command must not be sent to the station now, or None (BOOT-05)."""
        station = await self._stations.find(station_id)
        if station is None:
            return Refusal("SecurityError", "The station is not registered.")
        return provisioning.may_ask(station, action)

    def learn(self, station_id: str, request: Request, response: Any, now: datetime) -> tuple[Fact, ...]:
        """What an answered command tells about a station; nothing when it was refused."""
        learner = _LEARNERS.get(type(request))
        if learner is None or isinstance(response, Refusal):
            return ()
        return learner(station_id, request, response, now)
