"""Block A: security events and the station's own certificate."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp20.wire.base import Request, Response
from pluglot.dialects.ocpp201.wire.security import CertificateSigningUse
from pluglot.messages.scalars import OneOrMore, String800, Timestamp
from pluglot.messages.security import CertificateSignedStatus
from pluglot.messages.types import GenericStatus


class SecurityEvent(StrEnum):
    """What happened to the security of a station (A)."""

    FIRMWARE_UPDATED = "FirmwareUpdated"
    FAILED_TO_AUTHENTICATE_AT_CSMS = "FailedToAuthenticateAtCsms"
    CSMS_FAILED_TO_AUTHENTICATE = "CsmsFailedToAuthenticate"
    SETTING_SYSTEM_TIME = "SettingSystemTime"
    STARTUP_OF_THE_DEVICE = "StartupOfTheDevice"
    RESET_OR_REBOOT = "ResetOrReboot"
    SECURITY_LOG_WAS_CLEARED = "SecurityLogWasCleared"
    RECONFIGURATION_OF_SECURITY_PARAMETERS = "ReconfigurationOfSecurityParameters"
    MEMORY_EXHAUSTION = "MemoryExhaustion"
    INVALID_MESSAGES = "InvalidMessages"
    ATTEMPTED_REPLAY_ATTACKS = "AttemptedReplayAttacks"
    TAMPER_DETECTION_ACTIVATED = "TamperDetectionActivated"
    INVALID_FIRMWARE_SIGNATURE = "InvalidFirmwareSignature"
    INVALID_FIRMWARE_SIGNING_CERTIFICATE = "InvalidFirmwareSigningCertificate"
    INVALID_CSMS_CERTIFICATE = "InvalidCsmsCertificate"
    INVALID_CHARGING_STATION_CERTIFICATE = "InvalidChargingStationCertificate"
    INVALID_TLS_VERSION = "InvalidTLSVersion"
    INVALID_TLS_CIPHER_SUITE = "InvalidTLSCipherSuite"


class CertificateSignedRequest(Request, frozen=True, kw_only=True):
    """The CSMS brings the signed certificate a station asked for (A02)."""

    action: ClassVar[str] = "CertificateSigned"

    #: DER in hexadecimal digits, the station's own first.
    cert: OneOrMore[String800]
    type_of_certificate: CertificateSigningUse | None = None


class CertificateSignedResponse(Response, frozen=True, kw_only=True):
    """Whether the station takes the certificate into use (A02)."""

    action: ClassVar[str] = "CertificateSigned"

    status: CertificateSignedStatus


class SecurityEventNotificationRequest(Request, frozen=True, kw_only=True):
    """A station reports something that matters to its security (A04)."""

    action: ClassVar[str] = "SecurityEventNotification"

    type: SecurityEvent
    timestamp: Timestamp


class SecurityEventNotificationResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the security event (A04)."""

    action: ClassVar[str] = "SecurityEventNotification"


class SignCertificateRequest(Request, frozen=True, kw_only=True):
    """A station asks to have a certificate signing request signed (A02)."""

    action: ClassVar[str] = "SignCertificate"

    #: DER in hexadecimal digits.
    csr: String800
    type_of_certificate: CertificateSigningUse | None = None


class SignCertificateResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS will have it signed; the certificate comes later by CertificateSigned (A02)."""

    action: ClassVar[str] = "SignCertificate"

    status: GenericStatus
