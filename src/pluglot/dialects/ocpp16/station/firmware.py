"""Firmware of a 1.6 station (mapping 5.11, 6.17)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import (
    FIRMWARE_STATUS_TO_HOUSE,
    SIGNED_FIRMWARE_STATUS_TO_HOUSE,
    UPDATE_STATUS_TO_HOUSE,
)
from pluglot.dialects.ocpp16.station import progress
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.ocpp16.station.logs import LONGEST_LOCATION, is_uri
from pluglot.dialects.refusals import negative

_SIGNED: Final = "SignedUpdateFirmware"
_OVER: Final = frozenset(
    {"DownloadFailed", "Installed", "InstallationFailed", "InvalidSignature", "InstallVerificationFailed", "Idle"}
)


#: After these the station restarts with other firmware; after those it does not.
_REACHED: Final = frozenset({"Downloaded", "Installing", "Installed"})
_FAILED: Final = frozenset({"DownloadFailed", "InstallationFailed", "InvalidSignature", "InstallVerificationFailed"})


def update_firmware(half: StationContext, request: house.UpdateFirmwareRequest, _now: datetime) -> Translation:
    """Have a firmware fetched and installed; a signature is never dropped without leave (6.17)."""
    kind = house.UpdateFirmwareResponse
    firmware = request.firmware
    signature = firmware.signature, firmware.signing_certificate
    if signature == (None, None):
        return (yield from _update(half, request))
    if None in signature:
        return negative(kind, "InvalidValue", "a signature and its certificate go together")
    lacking = half.is_missing(_SIGNED) or half.has_security_extension() is False
    if not lacking:
        if len(firmware.location) > LONGEST_LOCATION:
            return negative(kind, "TooLargeElement", "a 1.6 location has 512 characters")
        answer = yield AskPeer(_signed_request(request, firmware))
        if not half.lacks(answer, _SIGNED):
            return answer if isinstance(answer, Refusal) else _signed_answer(half, request, answer)
    if not half.policy.allow_unsigned_firmware:
        return negative(kind, "UnsupportedParam", "the station cannot check signatures")
    yield Lost((Loss(request.action, "firmware.signature", "present", "the station cannot check signatures"),))
    return (yield from _update(half, request))


def _signed_request(request: house.UpdateFirmwareRequest, firmware: house.Firmware) -> wire.SignedUpdateFirmwareRequest:
    return wire.SignedUpdateFirmwareRequest(
        request_id=request.request_id,
        firmware=wire.Firmware(
            location=firmware.location,
            retrieve_date_time=firmware.retrieve_date_time,
            install_date_time=firmware.install_date_time,
            signing_certificate=firmware.signing_certificate or "",
            signature=firmware.signature or "",
        ),
        retries=request.retries,
        retry_interval=request.retry_interval,
    )


def _signed_answer(
    half: StationContext, request: house.UpdateFirmwareRequest, answer: wire.SignedUpdateFirmwareResponse
) -> house.UpdateFirmwareResponse:
    half.shows_security_extension()
    if answer.status in {wire.UpdateFirmwareStatus.ACCEPTED, wire.UpdateFirmwareStatus.ACCEPTED_CANCELED}:
        _runs(half, request.request_id, signed=True)
    return house.UpdateFirmwareResponse(status=UPDATE_STATUS_TO_HOUSE[answer.status])


def _runs(half: StationContext, request_id: int, *, signed: bool) -> None:
    memory = half.memory
    memory.firmware_request_id, memory.firmware_running, memory.firmware_signed = request_id, True, signed
    half.touch()


def _update(half: StationContext, request: house.UpdateFirmwareRequest) -> Translation:
    firmware = request.firmware
    if not is_uri(firmware.location):
        return negative(house.UpdateFirmwareResponse, "InvalidURL", "1.6 wants a URI")
    if firmware.install_date_time is not None:
        moment = firmware.install_date_time.isoformat()
        yield Lost((Loss(request.action, "firmware.installDateTime", moment, "1.6 installs at once"),))
    answer = yield AskPeer(
        wire.UpdateFirmwareRequest(
            location=firmware.location,
            retrieve_date=firmware.retrieve_date_time,
            retries=request.retries,
            retry_interval=request.retry_interval,
        )
    )
    if half.lacks(answer, request.action):
        return negative(house.UpdateFirmwareResponse, "UnsupportedRequest", "the station takes no firmware")
    if isinstance(answer, Refusal):
        return answer
    status = house.UpdateFirmwareStatus
    again = half.memory.firmware_running and half.memory.firmware_request_id != request.request_id
    _runs(half, request.request_id, signed=False)
    return house.UpdateFirmwareResponse(status=status.ACCEPTED_CANCELED if again else status.ACCEPTED)


# --- progress (5.11) ----------------------------------------------------------------------------------------------


def firmware_status(
    half: StationContext, request: wire.FirmwareStatusNotificationRequest, _now: datetime
) -> Translation:
    """How far a firmware update is; 1.6 does not say which."""
    idle = request.status is wire.FirmwareStatus.IDLE
    said = house.FirmwareStatusNotificationRequest(
        status=FIRMWARE_STATUS_TO_HOUSE[request.status],
        request_id=None if idle else half.memory.firmware_request_id,
    )
    return _progress(half, said, request.status.value, wire.FirmwareStatusNotificationResponse())


def signed_firmware_status(
    half: StationContext, request: wire.SignedFirmwareStatusNotificationRequest, _now: datetime
) -> Translation:
    """How far an update with signed firmware is."""
    request_id, custom_data = progress.numbered(half, request)
    said = house.FirmwareStatusNotificationRequest(
        status=SIGNED_FIRMWARE_STATUS_TO_HOUSE[request.status], request_id=request_id, custom_data=custom_data
    )
    return _progress(half, said, request.status.value, wire.SignedFirmwareStatusNotificationResponse())


def _progress(half: StationContext, said: Any, status: str, response: Any) -> Translation:
    def note() -> None:
        memory = half.memory
        running, reached = memory.firmware_running and status not in _OVER, memory.firmware_reached
        memory.firmware_running = running
        memory.firmware_reached = (reached or status in _REACHED) and status not in _FAILED
        half.touch()

    return progress.told(said, response, note)
