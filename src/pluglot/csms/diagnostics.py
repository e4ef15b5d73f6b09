"""Events, monitors, logs and customer information that stations report (block N)."""

from __future__ import annotations

from pluglot.csms.availability import availability_state
from pluglot.csms.clock import ClockWatch
from pluglot.csms.decision import Context, Decision, event, noted, payload, reason
from pluglot.csms.facts import Fact, VariablesReported
from pluglot.csms.variables import record_of
from pluglot.messages import (
    ClosePeriodicEventStreamRequest,
    ClosePeriodicEventStreamResponse,
    EventData,
    EventTrigger,
    GenericStatus,
    LogStatusNotificationRequest,
    LogStatusNotificationResponse,
    NotifyCustomerInformationRequest,
    NotifyCustomerInformationResponse,
    NotifyEventRequest,
    NotifyEventResponse,
    NotifyMonitoringReportRequest,
    NotifyMonitoringReportResponse,
    NotifyPeriodicEventStreamRequest,
    OpenPeriodicEventStreamRequest,
    OpenPeriodicEventStreamResponse,
    UploadLogStatus,
)

#: N07: severities 0 to 4 need somebody, 5 and 6 deserve a look, the rest is for the record.
_ERRORS_UP_TO = 4
_WARNINGS_UP_TO = 6
_FAILED_UPLOADS = frozenset(
    {
        UploadLogStatus.BAD_MESSAGE,
        UploadLogStatus.NOT_SUPPORTED_OPERATION,
        UploadLogStatus.PERMISSION_DENIED,
        UploadLogStatus.UPLOAD_FAILURE,
    }
)


async def notify_event(context: Context, request: NotifyEventRequest, *, clocks: ClockWatch) -> Decision:
    """Keep what a station's monitors saw: connector states as such, everything else as events (N07, G01)."""
    facts: list[Fact] = []
    for data in request.event_data:
        state = availability_state(context, data)
        facts += state if state is not None else (_device_event(context, data),)
    values = tuple(
        record_of(data.component, data.variable, None, data.actual_value, context.now) for data in request.event_data
    )
    facts.append(VariablesReported(at=context.now, station_id=context.station_id, variables=values))
    facts += clocks.judge(context, request.generated_at)
    return Decision(NotifyEventResponse(), tuple(facts))


def severity_of(data: EventData) -> str:
    """How much an event matters to people: by its severity, or by its kind where a station tells none."""
    if data.cleared:
        return "info"
    if data.variable.name == "AvailabilityState" and data.actual_value == "Faulted":
        return "error"
    if data.severity is None:
        return "warning" if data.trigger is EventTrigger.ALERTING else "info"
    if data.severity <= _ERRORS_UP_TO:
        return "error"
    return "warning" if data.severity <= _WARNINGS_UP_TO else "info"


def _device_event(context: Context, data: EventData) -> Fact:
    told = payload(data)  # PWD-06: of a variable that is a secret the value is masked
    parts = (told.get("actualValue"), data.tech_code, data.tech_info, "cleared" if data.cleared else None)
    return event(
        context,
        f"{data.component.name}.{data.variable.name}",
        kind="device",
        severity=severity_of(data),
        at=data.timestamp,
        detail=", ".join(part for part in parts if part),
        data=told,
    )


async def notify_monitoring_report(context: Context, request: NotifyMonitoringReportRequest) -> Decision:
    """Keep one part of a list of monitors (N02)."""
    return noted(context, request, NotifyMonitoringReportResponse(), at=request.generated_at)


async def notify_customer_information(context: Context, request: NotifyCustomerInformationRequest) -> Decision:
    """Acknowledge one part of what a station knows of a customer (N09); what it says is personal and not kept here."""
    told = event(
        context,
        request.action,
        kind="device",
        at=request.generated_at,
        data={"requestId": request.request_id, "seqNo": request.seq_no, "tbc": bool(request.tbc)},
    )
    return Decision(NotifyCustomerInformationResponse(), (told,))


async def log_status_notification(context: Context, request: LogStatusNotificationRequest) -> Decision:
    """Keep how far an upload of a log is (N01)."""
    severity = "warning" if request.status in _FAILED_UPLOADS else "info"
    return noted(context, request, LogStatusNotificationResponse(), severity=severity, detail=request.status.value)


async def open_periodic_event_stream(context: Context, request: OpenPeriodicEventStreamRequest) -> Decision:
    """Refuse a stream of values (N11): nobody here reads one."""
    refusal = reason("UnsupportedRequest", "Periodic event streams are not read here.")
    return noted(context, request, OpenPeriodicEventStreamResponse(status=GenericStatus.REJECTED, status_info=refusal))


async def close_periodic_event_stream(context: Context, request: ClosePeriodicEventStreamRequest) -> Decision:
    """Acknowledge that a stream is closed (N12)."""
    return noted(context, request, ClosePeriodicEventStreamResponse())


async def notify_periodic_event_stream(context: Context, request: NotifyPeriodicEventStreamRequest) -> Decision:
    """Keep the values of a stream nobody asked for; a SEND is never answered (RPC-06)."""
    return noted(context, request, None, severity="warning", at=request.basetime)
