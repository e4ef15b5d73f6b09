"""Logs and diagnostics before a 1.6 management system (mapping 5.10, 6.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.csms.progress import tell
from pluglot.dialects.ocpp16.enums import (
    DIAGNOSTICS_STATUS_TO_WIRE,
    LOG_ANSWER_TO_WIRE,
    LOG_STATUS_TO_WIRE,
    LOG_TYPE_TO_HOUSE,
)
from pluglot.dialects.ocpp16.residue import unwrapped, wrapped

_LONGEST_LOCATION: Final = 2000


def get_diagnostics(half: CsmsContext, request: wire.GetDiagnosticsRequest, _now: datetime) -> Translation:
    """Have the diagnostics log uploaded."""
    if len(request.location) > _LONGEST_LOCATION:
        yield Lost((Loss(request.action, "location", request.location, f"2.1 takes {_LONGEST_LOCATION} characters"),))
        return wire.GetDiagnosticsResponse()
    request_id = half.mint_request_id()
    answer = yield AskHouse(
        house.GetLogRequest(
            log=house.LogParameters(
                remote_location=request.location,
                oldest_timestamp=request.start_time,
                latest_timestamp=request.stop_time,
            ),
            log_type=house.LogType.DIAGNOSTICS_LOG,
            request_id=request_id,
            retries=request.retries,
            retry_interval=request.retry_interval,
            custom_data=wrapped({"message": request.action}, emit=half.policy.emit_custom_data),
        )
    )
    if isinstance(answer, Refusal):
        return answer
    if answer.status is house.LogStatus.REJECTED:
        return wire.GetDiagnosticsResponse()
    _runs(half, request_id, extended=False)
    return wire.GetDiagnosticsResponse(file_name=answer.filename or f"log-{request_id}")


def get_log(half: CsmsContext, request: wire.GetLogRequest, _now: datetime) -> Translation:
    """Have a log uploaded, in the words of the security extension."""
    answer = yield AskHouse(
        house.GetLogRequest(
            log=house.LogParameters(
                remote_location=request.log.remote_location,
                oldest_timestamp=request.log.oldest_timestamp,
                latest_timestamp=request.log.latest_timestamp,
            ),
            log_type=LOG_TYPE_TO_HOUSE[request.log_type],
            request_id=request.request_id,
            retries=request.retries,
            retry_interval=request.retry_interval,
        )
    )
    if isinstance(answer, Refusal):
        return answer
    if answer.status is not house.LogStatus.REJECTED:
        _runs(half, request.request_id, extended=True)
    return wire.GetLogResponse(status=LOG_ANSWER_TO_WIRE[answer.status], filename=answer.filename)


def _runs(half: CsmsContext, request_id: int, *, extended: bool) -> None:
    half.memory.log_request_id, half.memory.log_extended = request_id, extended
    half.touch()


def log_status(half: CsmsContext, request: house.LogStatusNotificationRequest, _now: datetime) -> Translation:
    """How far an upload is, in the words in which it was asked for."""
    residue = unwrapped(request)
    extended = residue.get("message") == wire.LogStatusNotificationRequest.action
    memory = half.memory
    if not residue and request.status is house.UploadLogStatus.IDLE:
        extended, memory.log_triggered_extended = memory.log_triggered_extended, False
    elif not residue:
        extended = memory.log_extended and request.request_id in {None, memory.log_request_id}
    said: Any = wire.DiagnosticsStatusNotificationRequest(status=DIAGNOSTICS_STATUS_TO_WIRE[request.status])
    if extended:
        said = wire.LogStatusNotificationRequest(
            status=LOG_STATUS_TO_WIRE[request.status], request_id=residue.get("requestId", request.request_id)
        )
    return (yield from tell(request, said, house.LogStatusNotificationResponse()))
