"""Firmware before a 1.6 management system (mapping 5.11, 6.17, 7.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.csms.progress import tell
from pluglot.dialects.ocpp16.enums import (
    FIRMWARE_STATUS_TO_WIRE,
    SIGNED_FIRMWARE_STATUS_TO_WIRE,
    TRIGGERED_FIRMWARE_STATUS,
    UPDATE_STATUS_TO_WIRE,
)
from pluglot.dialects.ocpp16.residue import unwrapped

_TAKEN: Final = frozenset({house.UpdateFirmwareStatus.ACCEPTED, house.UpdateFirmwareStatus.ACCEPTED_CANCELED})


def update_firmware(half: CsmsContext, request: wire.UpdateFirmwareRequest, _now: datetime) -> Translation:
    """Have a firmware installed; 1.6 always says yes, and a refusal shows as a failed download."""
    request_id = half.mint_request_id()
    answer = yield AskHouse(
        house.UpdateFirmwareRequest(
            request_id=request_id,
            firmware=house.Firmware(location=request.location, retrieve_date_time=request.retrieve_date),
            retries=request.retries,
            retry_interval=request.retry_interval,
        )
    )
    if not isinstance(answer, Refusal) and answer.status in _TAKEN:
        _runs(half, request_id, signed=False)
        return wire.UpdateFirmwareResponse()
    yield Answered(wire.UpdateFirmwareResponse())
    reason = answer.code if isinstance(answer, Refusal) else answer.status.value
    yield Lost((Loss(request.action, "status", reason, "1.6 has no answer but yes"),))
    yield AskPeer(wire.FirmwareStatusNotificationRequest(status=wire.FirmwareStatus.DOWNLOAD_FAILED))
    return None


def signed_update_firmware(half: CsmsContext, request: wire.SignedUpdateFirmwareRequest, _now: datetime) -> Translation:
    """Have a signed firmware installed."""
    firmware = request.firmware
    answer = yield AskHouse(
        house.UpdateFirmwareRequest(
            request_id=request.request_id,
            firmware=house.Firmware(
                location=firmware.location,
                retrieve_date_time=firmware.retrieve_date_time,
                install_date_time=firmware.install_date_time,
                signing_certificate=firmware.signing_certificate,
                signature=firmware.signature,
            ),
            retries=request.retries,
            retry_interval=request.retry_interval,
        )
    )
    if isinstance(answer, Refusal):
        return answer
    if answer.status in _TAKEN:
        _runs(half, request.request_id, signed=True)
    return wire.SignedUpdateFirmwareResponse(status=UPDATE_STATUS_TO_WIRE[answer.status])


def _runs(half: CsmsContext, request_id: int, *, signed: bool) -> None:
    half.memory.firmware_request_id, half.memory.firmware_signed = request_id, signed
    half.touch()


def firmware_status(half: CsmsContext, request: house.FirmwareStatusNotificationRequest, _now: datetime) -> Translation:
    """How far an update is; what the plain message cannot say is not said unless it was asked for."""
    residue = unwrapped(request)
    memory = half.memory
    response = house.FirmwareStatusNotificationResponse()
    signed = residue.get("message") == wire.SignedFirmwareStatusNotificationRequest.action
    if not residue:
        signed = memory.firmware_signed and request.request_id in {None, memory.firmware_request_id}
    triggered, memory.firmware_triggered = memory.firmware_triggered, False
    if signed:
        said: Any = wire.SignedFirmwareStatusNotificationRequest(
            status=SIGNED_FIRMWARE_STATUS_TO_WIRE[request.status],
            request_id=residue.get("requestId", request.request_id),
        )
        return (yield from tell(request, said, response))
    status = FIRMWARE_STATUS_TO_WIRE.get(request.status)
    if status is None and triggered:
        # A message that was asked for has to come: the last status that can be said.
        status = TRIGGERED_FIRMWARE_STATUS.get(request.status) or memory.firmware_said or wire.FirmwareStatus.IDLE
    if status is None:
        yield Lost((Loss(request.action, "status", request.status.value, "1.6 has no such status"),))
        return response
    memory.firmware_said = status
    half.touch()
    said = wire.FirmwareStatusNotificationRequest(status=status)
    return (yield from tell(request, said, response))
