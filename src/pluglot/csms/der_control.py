"""What stations tell about their work as a distributed energy resource (block R)."""

from __future__ import annotations

from pluglot.csms.decision import Context, Decision, noted
from pluglot.messages import (
    NotifyDERAlarmRequest,
    NotifyDERAlarmResponse,
    NotifyDERStartStopRequest,
    NotifyDERStartStopResponse,
    ReportDERControlRequest,
    ReportDERControlResponse,
)


async def notify_der_alarm(context: Context, request: NotifyDERAlarmRequest) -> Decision:
    """Keep a grid alarm, or its end (R04)."""
    severity = "info" if request.alarm_ended else "warning"
    return noted(context, request, NotifyDERAlarmResponse(), severity=severity, at=request.timestamp)


async def notify_der_start_stop(context: Context, request: NotifyDERStartStopRequest) -> Decision:
    """Keep that a scheduled control began or ended (R04)."""
    return noted(context, request, NotifyDERStartStopResponse(), at=request.timestamp)


async def report_der_control(context: Context, request: ReportDERControlRequest) -> Decision:
    """Keep one part of the list of controls a station holds (R04)."""
    return noted(context, request, ReportDERControlResponse())
