"""Logs and diagnostics of a 1.6 station (mapping 5.10, 6.8)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, AskPeer, Refusal, Translation
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import (
    DIAGNOSTICS_STATUS_TO_HOUSE,
    LOG_ANSWER_TO_HOUSE,
    LOG_STATUS_TO_HOUSE,
    LOG_TYPE_TO_WIRE,
)
from pluglot.dialects.ocpp16.residue import unwrapped
from pluglot.dialects.ocpp16.station import progress
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.refusals import negative

LONGEST_LOCATION: Final = 512
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+", re.ASCII)
_OVER: Final = frozenset({"Uploaded", "UploadFailed", "UploadFailure"})


def is_uri(location: str) -> bool:
    """Whether 1.6 takes this as a location; its schemas want a URI where 2.x takes any text."""
    return _URI.fullmatch(location) is not None


def get_log(half: StationContext, request: house.GetLogRequest, _now: datetime) -> Translation:
    """Have a log uploaded: by the security extension, or as diagnostics where the station lacks it."""
    kind = house.GetLogResponse
    log_type = LOG_TYPE_TO_WIRE.get(request.log_type)
    if log_type is None:
        return negative(kind, "UnsupportedParam", f"a 1.6 station has no {request.log_type.value}")
    diagnostics = log_type is wire.LogType.DIAGNOSTICS_LOG
    if unwrapped(request).get("message") == wire.GetDiagnosticsRequest.action:
        return (yield from _get_diagnostics(half, request))
    lacking = half.is_missing(request.action) or half.has_security_extension() is False
    if not lacking:
        if len(request.log.remote_location) > LONGEST_LOCATION:
            return negative(kind, "TooLargeElement", "a 1.6 location has 512 characters")
        answer = yield AskPeer(_get_log(request, log_type))
        if not half.lacks(answer, request.action):
            return answer if isinstance(answer, Refusal) else _log_answer(half, request, answer)
    if diagnostics:
        return (yield from _get_diagnostics(half, request))
    return negative(kind, "UnsupportedParam", "the station lacks the security extension of 1.6")


def _get_log(request: house.GetLogRequest, log_type: wire.LogType) -> wire.GetLogRequest:
    return wire.GetLogRequest(
        log=wire.LogParameters(
            remote_location=request.log.remote_location,
            oldest_timestamp=request.log.oldest_timestamp,
            latest_timestamp=request.log.latest_timestamp,
        ),
        log_type=log_type,
        request_id=request.request_id,
        retries=request.retries,
        retry_interval=request.retry_interval,
    )


def _log_answer(
    half: StationContext, request: house.GetLogRequest, answer: wire.GetLogResponse
) -> house.GetLogResponse:
    half.shows_security_extension()
    if answer.status is not wire.LogStatus.REJECTED:
        _runs(half, request.request_id)
    return house.GetLogResponse(status=LOG_ANSWER_TO_HOUSE[answer.status], filename=answer.filename)


def _runs(half: StationContext, request_id: int) -> None:
    half.memory.log_request_id, half.memory.log_running = request_id, True
    half.touch()


def _get_diagnostics(half: StationContext, request: house.GetLogRequest) -> Translation:
    if not is_uri(request.log.remote_location):
        return negative(house.GetLogResponse, "InvalidURL", "1.6 wants a URI")
    answer = yield AskPeer(
        wire.GetDiagnosticsRequest(
            location=request.log.remote_location,
            start_time=request.log.oldest_timestamp,
            stop_time=request.log.latest_timestamp,
            retries=request.retries,
            retry_interval=request.retry_interval,
        )
    )
    if isinstance(answer, Refusal):
        return answer
    status = house.LogStatus
    if not answer.file_name:
        return negative(house.GetLogResponse, "NotFound", "the station has nothing to upload")
    before = half.memory.log_request_id if half.memory.log_running else None
    _runs(half, request.request_id)
    if before is None or before == request.request_id:
        return house.GetLogResponse(status=status.ACCEPTED, filename=answer.file_name)
    # 1.6 leaves open what becomes of the upload before; in 2.x it is cancelled and says so.
    yield Answered(house.GetLogResponse(status=status.ACCEPTED_CANCELED, filename=answer.file_name))
    yield AskHouse(
        house.LogStatusNotificationRequest(status=house.UploadLogStatus.ACCEPTED_CANCELED, request_id=before)
    )
    return None


# --- progress (5.10) ----------------------------------------------------------------------------------------------


def diagnostics_status(
    half: StationContext, request: wire.DiagnosticsStatusNotificationRequest, _now: datetime
) -> Translation:
    """How far the upload of diagnostics is; 1.6 does not say of which."""
    idle = request.status is wire.DiagnosticsStatus.IDLE
    said = house.LogStatusNotificationRequest(
        status=DIAGNOSTICS_STATUS_TO_HOUSE[request.status],
        request_id=None if idle else half.memory.log_request_id,
    )
    return _progress(half, said, request.status.value, wire.DiagnosticsStatusNotificationResponse())


def log_status(half: StationContext, request: wire.LogStatusNotificationRequest, _now: datetime) -> Translation:
    """How far the upload of a log is."""
    request_id, custom_data = progress.numbered(half, request)
    said = house.LogStatusNotificationRequest(
        status=LOG_STATUS_TO_HOUSE[request.status], request_id=request_id, custom_data=custom_data
    )
    return _progress(half, said, request.status.value, wire.LogStatusNotificationResponse())


def _progress(half: StationContext, said: Any, status: str, response: Any) -> Translation:
    def note() -> None:
        if status in _OVER and half.memory.log_running:
            half.memory.log_running = False
            half.touch()

    return progress.told(said, response, note)
