"""Security events and certificate requests of stations (block A)."""

from __future__ import annotations

from pluglot.csms.clock import ClockWatch
from pluglot.csms.decision import Context, Decision, event, noted, reason
from pluglot.messages import (
    GenericStatus,
    SecurityEventNotificationRequest,
    SecurityEventNotificationResponse,
    SignCertificateRequest,
    SignCertificateResponse,
)

#: Events of normal operation; every other one deserves a look.
HARMLESS = frozenset({"FirmwareUpdated", "SettingSystemTime", "StartupOfTheDevice", "ResetOrReboot"})
#: Somebody may be attacking, or trust is broken.
ALARMING = frozenset(
    {
        "AttemptedReplayAttacks",
        "CsmsFailedToAuthenticate",
        "FailedToAuthenticateAtCsms",
        "InvalidCsmsCertificate",
        "InvalidFirmwareSignature",
        "InvalidFirmwareSigningCertificate",
        "SecurityLogWasCleared",
        "TamperDetectionActivated",
    }
)


async def security_event_notification(
    context: Context, request: SecurityEventNotificationRequest, *, clocks: ClockWatch
) -> Decision:
    """Keep a security event (A04)."""
    severity = "error" if request.type in ALARMING else "info" if request.type in HARMLESS else "warning"
    told = event(
        context, request.type, kind="security", severity=severity, at=request.timestamp, detail=request.tech_info
    )
    return Decision(SecurityEventNotificationResponse(), (told, *clocks.judge(context, request.timestamp)))


async def sign_certificate(context: Context, request: SignCertificateRequest) -> Decision:
    """Refuse to sign a certificate (A02): this house has no certificate authority yet, and says so."""
    refusal = reason("NotEnabled", "No certificate authority is configured.")
    response = SignCertificateResponse(status=GenericStatus.REJECTED, status_info=refusal)
    return noted(context, request, response, severity="warning")
