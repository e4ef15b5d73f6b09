"""Which dates and times are taken, and how they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.dialects.ocpp20 import wire as wire20
from pluglot.dialects.ocpp201 import wire as wire201
from pluglot.messages import (
    AuthorizeResponse,
    GetTransactionStatusResponse,
    HeartbeatResponse,
    ResetRequest,
    StatusNotificationRequest,
    TransactionEventResponse,
)
from pluglot.messages.codec import PayloadViolation, decode, encode
from tests.messages import official

# Both we and the schema's date-time take these.
BOTH = [
    "2026-03-01T12:00:00Z",
    "2026-03-01t12:00:00z",
    "2026-03-01T12:00:00.5Z",
    "2026-03-01T12:00:00.1234567891Z",
    "2026-03-01T12:00:00-00:00",
    "2026-03-01T12:00:00+23:59",
    "1970-01-01T00:00:00+01:00",
    "2199-12-31T23:59:59Z",
]
# Not RFC 3339 to the letter, but nobody can take them wrongly.
WE_ALONE = ["2026-03-01 12:00:00Z", "2026-03-01T12:00:00+0100"]
# Legal, but no clock we could work with: a leap second, and RPC-15's impossible and far-off years.
SCHEMA_ALONE = ["2016-12-31T23:59:60Z", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "0001-01-01T00:00:00Z"]
NEITHER = [
    "2026-03-01T12:00:00",
    "2026-03-01T12:00Z",
    "2026-03-01",
    "20260301T120000Z",
    "2026-3-1T12:00:00Z",
    "2026-02-29T12:00:00Z",
    "2026-00-01T12:00:00Z",
    "2026-01-32T12:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T12:00:60Z",
    "2026-03-01T12:00:00,5Z",
    "2026-03-01T12:00:00.Z",
    "2026-03-01T12:00:00+24:00",
    "2026-03-01T12:00:00+01",
    "2026-03-01T12:00:00 Z",
    "+2026-03-01T12:00:00Z",
    "\u0662\u0660\u0662\u0666-03-01T12:00:00Z",
    "",
]
CASES = [
    *[(text, True, True) for text in BOTH],
    *[(text, True, False) for text in WE_ALONE],
    *[(text, False, True) for text in SCHEMA_ALONE],
    *[(text, False, False) for text in NEITHER],
]


def taken(payload: str) -> bool:
    """Whether a status notification is accepted."""
    try:
        decode(StatusNotificationRequest, payload.encode())
    except PayloadViolation:
        return False
    return True


@pytest.mark.requirement("RPC-15")
@pytest.mark.parametrize(("text", "ours", "theirs"), CASES)
def test_which_times_are_taken(text: str, *, ours: bool, theirs: bool) -> None:
    """A time is taken or not whatever else stands in the message; where we and the schema differ stands here."""
    plain = f'{{"timestamp":"{text}","connectorStatus":"Available","evseId":1,"connectorId":1}}'
    unusual = f'{{"timestamp":"{text}","connectorStatus":"Available","evseId":1.0,"connectorId":1}}'
    assert taken(plain) is ours
    assert taken(unusual) is ours
    (heartbeat,) = [one for one in official.messages("v21") if one.name == "HeartbeatResponse"]
    assert official.validator(heartbeat).is_valid({"currentTime": text}) is theirs


@pytest.mark.requirement("RPC-15")
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 3, 1, 12, tzinfo=UTC), "2026-03-01T12:00:00Z"),
        (datetime(2026, 3, 1, 12, 0, 0, 900_000, tzinfo=UTC), "2026-03-01T12:00:00.900Z"),
        (datetime(2026, 3, 1, 12, 0, 0, 123_999, tzinfo=UTC), "2026-03-01T12:00:00.123Z"),
        (datetime(2026, 3, 1, 12, 0, 0, 999, tzinfo=UTC), "2026-03-01T12:00:00Z"),
        (datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2))), "2026-03-01T12:00:00Z"),
    ],
)
def test_times_are_written_in_utc_with_at_most_three_decimals(moment: datetime, text: str) -> None:
    """Whatever the zone and the precision inside, the wire has UTC with ``Z`` and no more than milliseconds."""
    assert encode(HeartbeatResponse(current_time=moment)) == f'{{"currentTime":"{text}"}}'.encode()


@pytest.mark.requirement("RPC-15")
def test_a_time_without_zone_is_never_written() -> None:
    """A naive datetime is a mistake of ours and raises."""
    with pytest.raises(ValueError, match="zone"):
        encode(HeartbeatResponse(current_time=datetime(2026, 3, 1, 12)))  # noqa: DTZ001 - the mistake


@pytest.mark.requirement("RPC-10")
def test_absent_fields_are_left_out() -> None:
    """An optional field that is None does not appear at all."""
    assert encode(GetTransactionStatusResponse(messages_in_queue=False)) == b'{"messagesInQueue":false}'
    assert decode(ResetRequest, b'{"type":"Immediate"}').evse_id is None


# "For ever" as other systems say it, how it is said again, and until when it is taken to be.
NEVER = [
    ("2200-01-01T00:00:00Z", "2200-01-01T00:00:00Z"),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ("9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59Z"),
    ("9999-12-31T23:59:59+05:00", "9999-12-31T18:59:59Z"),
]
IN_2_1 = '{"idTokenInfo":{"status":"Accepted","cacheExpiryDateTime":"%s"}}'
IN_1_6 = '{"transactionId":1,"idTagInfo":{"status":"Accepted","expiryDate":"%s"}}'
ANSWERS = [
    (AuthorizeResponse, IN_2_1),
    (TransactionEventResponse, IN_2_1),
    (wire201.AuthorizeResponse, IN_2_1),
    (wire20.AuthorizeResponse, IN_2_1),
    (wire16.StartTransactionResponse, IN_1_6),
]


@pytest.mark.requirement("RPC-15")
@pytest.mark.parametrize(("text", "again"), NEVER)
@pytest.mark.parametrize(("answer", "form"), ANSWERS)
def test_a_token_that_never_expires_may_say_so_by_a_year_far_away(
    answer: type, form: str, text: str, again: str
) -> None:
    """No answer is refused for the expiry of its token, and what it said is said again, in UTC."""
    quick, exact = form % text, (form % text).replace(":1,", ":1.0,").replace('"Accepted"', '"\\u0041ccepted"')
    assert decode(answer, quick.encode()) == decode(answer, exact.encode())
    assert again in encode(decode(answer, quick.encode())).decode()


@pytest.mark.requirement("RPC-15")
@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-32T00:00:00Z", "9999"])
@pytest.mark.parametrize(("answer", "form"), ANSWERS)
def test_an_expiry_that_cannot_be_is_refused_all_the_same(answer: type, form: str, text: str) -> None:
    """Only the far end is open: before 1970 nothing expired, and a date that does not exist is none."""
    with pytest.raises(PayloadViolation):
        decode(answer, (form % text).encode())
