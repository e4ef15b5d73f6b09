"""What operators write: stations and tokens, checked field by field, as facts or as the mistake that was made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from pluglot.csms.facts import (
    Fact,
    StationAddressRegistered,
    StationChanged,
    StationRegistered,
    StationRemoved,
    TokenRemoved,
    TokenSaved,
)
from pluglot.csms.records import CredentialRecord, Registration, StationRecord, TokenRecord
from pluglot.dialects.credentials import IDENTITY
from pluglot.messages.moments import in_utc


class Mistake(msgspec.Struct, frozen=True):
    """An input that breaks a rule: which field (in the spelling of the API), and the rule in words."""

    field: str
    rule: str


Outcome = tuple[Fact, ...] | Mistake

#: What RFC 3986 takes out of an address, also percent-encoded, so that nobody could ever connect.
_STEPS = frozenset({".", ".."})
#: Where a station listens; whether it may be called is judged when it is.
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(/[!-\[\]-~]*)?")
_LONGEST_URL = 2048
HIGHEST_SECURITY_PROFILE = 3
#: The token types of 2.1 that have a text; NoAuthorization has none, so there is nothing to register.
TOKEN_TYPES = (
    "Central",
    "DirectPayment",
    "eMAID",
    "EVCCID",
    "ISO14443",
    "ISO15693",
    "KeyCode",
    "Local",
    "MacAddress",
    "VIN",
)
#: What an operator may make of a station; only a station that never booted is Unseen.
REGISTRATIONS = (Registration.ACCEPTED, Registration.PENDING, Registration.REJECTED)
#: The largest number there is in OCPP.
MOST_TRANSACTIONS = 2**31 - 1
_LONGEST = {"id_token": 255, "group_id_token": 255, "personal_message": 1024, "language": 8, "note": 2000}
_WRITABLE = frozenset({"note", "registration"})


def wrong_identity(station_id: str) -> Mistake | None:
    """Why this cannot be the identity of a station, or None."""
    if IDENTITY.fullmatch(station_id) and station_id not in _STEPS:
        return None
    return Mistake(
        "stationId",
        "must have 1 to 48 characters out of letters, digits and *-_=+|@. "
        "(a colon is not allowed, nor are . and .. alone, which no address can end with)",
    )


def wrong_security_profile(security_profile: int) -> Mistake | None:
    """Why this is not a security profile, or None."""
    if 0 <= security_profile <= HIGHEST_SECURITY_PROFILE:
        return None
    return Mistake(
        "securityProfile", "must be 0 (no authentication), 1 (password), 2 (TLS, password) or 3 (TLS, certificate)"
    )


def register_station(
    station_id: str,
    *,
    known: StationRecord | None,
    security_profile: int,
    credential: CredentialRecord | None,
    note: str | None,
    now: datetime,
) -> Outcome:
    """Make a station known, or give a known one new credentials; what it has told of itself stays."""
    mistake = wrong_identity(station_id) or wrong_security_profile(security_profile) or _too_long("note", note)
    if mistake is not None:
        return mistake
    base = known or StationRecord(id=station_id, registered_at=now)
    station = msgspec.structs.replace(base, security_profile=security_profile, note=base.note if note is None else note)
    return (StationRegistered(at=now, station=station, credential=credential),)


def change_station(station: StationRecord, changes: Mapping[str, Any], *, now: datetime) -> Outcome:
    """Change the note of a station, or whether it may work with us; its next boot is answered so (B02, B03)."""
    values: dict[str, Any] = {}
    for field, value in changes.items():
        if field not in _WRITABLE:
            return Mistake(field, "cannot be changed; only note and registration can")
        if field == "registration":
            if value not in REGISTRATIONS:
                return Mistake("registration", f"must be one of {', '.join(REGISTRATIONS)}")
            value = Registration(value)  # noqa: PLW2901 - the typed form of the same
        elif value is not None and not isinstance(value, str):
            return Mistake("note", "must be a text")
        elif (mistake := _too_long("note", value)) is not None:
            return mistake
        values[field] = value
    return (StationChanged(at=now, station=msgspec.structs.replace(station, **values)),)


def register_address(station_id: str, url: str | None, *, now: datetime) -> Outcome:
    """Say where a station over SOAP listens; None leaves it to what the station tells (SOAP-09)."""
    if url is not None and not (len(url) <= _LONGEST_URL and _URL.fullmatch(url)):
        return Mistake("url", f"must be a http or https URL without user name, at most {_LONGEST_URL} characters")
    return (StationAddressRegistered(at=now, station_id=station_id, url=url),)


def remove_station(station_id: str, *, now: datetime) -> Outcome:
    """Forget a station; its transactions stay."""
    return (StationRemoved(at=now, station_id=station_id),)


def save_token(token: TokenRecord, *, now: datetime) -> Outcome:
    """Create or change a token."""
    if token.type not in TOKEN_TYPES:
        return Mistake("type", f"must be one of {', '.join(TOKEN_TYPES)}")
    if not token.id_token or not token.id_token.isprintable() or token.id_token != token.id_token.strip():
        return Mistake("idToken", "must be a text of printable characters without spaces around it")
    for field in _LONGEST:
        mistake = _too_long(field, getattr(token, field))
        if mistake is not None:
            return mistake
    if token.concurrent_transactions is not None and not 1 <= token.concurrent_transactions <= MOST_TRANSACTIONS:
        return Mistake("concurrentTransactions", f"must be from 1 to {MOST_TRANSACTIONS}, or left out for no limit")
    expires_at = expiry(token.expires_at)
    if isinstance(expires_at, Mistake):
        return expires_at
    return (TokenSaved(at=now, token=msgspec.structs.replace(token, expires_at=expires_at)),)


def expiry(expires_at: datetime | None) -> datetime | Mistake | None:
    """Until when a token is good, in UTC, or why that cannot be."""
    try:
        return None if expires_at is None else in_utc(expires_at)
    except ValueError as wrong:
        return Mistake("expiresAt", f"{wrong}; leave it out for a token that never expires")


def remove_token(id_token: str, type_: str, *, now: datetime) -> Outcome:
    """Forget a token."""
    return (TokenRemoved(at=now, id_token=id_token, type=type_),)


_API_NAMES = {"id_token": "idToken", "group_id_token": "groupIdToken", "personal_message": "personalMessage"}


def _too_long(field: str, text: str | None) -> Mistake | None:
    if text is None or len(text) <= _LONGEST[field]:
        return None
    return Mistake(_API_NAMES.get(field, field), f"must have at most {_LONGEST[field]} characters")
