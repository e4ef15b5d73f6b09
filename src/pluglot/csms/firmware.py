"""How far firmware updates of stations and local controllers are (block L)."""

from __future__ import annotations

from pluglot.csms.decision import Context, Decision, noted
from pluglot.messages import (
    FirmwareStatusNotificationRequest,
    FirmwareStatusNotificationResponse,
    PublishFirmwareStatusNotificationRequest,
    PublishFirmwareStatusNotificationResponse,
)


async def firmware_status_notification(context: Context, request: FirmwareStatusNotificationRequest) -> Decision:
    """Keep how far an update is (L01)."""
    status = request.status.value
    return noted(context, request, FirmwareStatusNotificationResponse(), severity=_severity_of(status), detail=status)


async def publish_firmware_status_notification(
    context: Context, request: PublishFirmwareStatusNotificationRequest
) -> Decision:
    """Keep how far a local controller is with publishing an update (L03)."""
    status = request.status.value
    return noted(
        context, request, PublishFirmwareStatusNotificationResponse(), severity=_severity_of(status), detail=status
    )


def _severity_of(status: str) -> str:
    return "warning" if status.startswith("Invalid") or status.endswith("Failed") else "info"
