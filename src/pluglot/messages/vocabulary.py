"""Well-known values of fields that OCPP 2.1 left open: any text is legal there, these everybody understands."""

from __future__ import annotations

from enum import StrEnum


class IdTokenType(StrEnum):
    """The kind of a token, for ``IdToken.type``."""

    CENTRAL = "Central"
    DIRECT_PAYMENT = "DirectPayment"
    EMAID = "eMAID"
    EVCCID = "EVCCID"
    ISO14443 = "ISO14443"
    ISO15693 = "ISO15693"
    KEY_CODE = "KeyCode"
    LOCAL = "Local"
    MAC_ADDRESS = "MacAddress"
    NO_AUTHORIZATION = "NoAuthorization"
    VIN = "VIN"


class ChargingLimitSource(StrEnum):
    """Who set a limit, for ``charging_limit_source``."""

    EMS = "EMS"
    OTHER = "Other"
    SO = "SO"
    CSO = "CSO"
