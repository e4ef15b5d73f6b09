"""Payload bytes to typed messages and back: what is taken, what is refused, and what is never written."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from pluglot.messages.base import CustomData, DataType, Request
from pluglot.messages.codec import (
    Leniency,
    LeniencyRule,
    PayloadViolation,
    ViolationKind,
    _decoded_exactly,
    decode,
    encode,
    from_builtins,
    to_builtins,
    verify,
)
from pluglot.messages.inspection import STRICT


class Colour(StrEnum):
    """A choice."""

    RED = "Red"
    GREEN = "Green"


class Part(DataType, frozen=True, kw_only=True):
    """Something inside."""

    amount: Decimal | None = None
    note: Annotated[str, Meta(max_length=5)] | None = None
    custom_data: CustomData | None = None


class Probe(Request, frozen=True, kw_only=True):
    """One field of every kind."""

    action: ClassVar[str] = "Probe"

    name: Annotated[str, Meta(max_length=10)]
    count: Annotated[int, Meta(ge=0, le=100)] | None = None
    amount: Decimal | None = None
    at: datetime | None = None
    is_on: bool | None = None
    colour: Colour | None = None
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=2)] | None = None
    part: Part | None = None
    data: Any = None
    custom_data: CustomData | None = None


def refused(raw: str | bytes) -> tuple[ViolationKind, str]:
    """Say why and where a payload is refused."""
    with pytest.raises(PayloadViolation) as caught:
        decode(Probe, raw.encode() if isinstance(raw, str) else raw)
    assert caught.value.detail in str(caught.value)
    return caught.value.kind, caught.value.path


F, P, M, O, T, V = ViolationKind  # noqa: E741 - the columns of the table below


@pytest.mark.requirement("RPC-11", "RPC-15", "RPC-18", "RPC-10")
@pytest.mark.parametrize(
    ("raw", "kind", "path"),
    [
        ("", F, ""),
        ("{", F, ""),
        ('{"name":"a"}}', F, ""),
        ('{"name":"a",}', F, ""),
        ("{'name':'a'}", F, ""),
        ('\ufeff{"name":"a"}', F, ""),
        ('{"name":"a","name":"a"}', F, ""),
        ('{"name":"a","n\\u0061me":"b"}', F, ""),
        ('{"name":"\\u0022\\u0022","name":"b"}', F, ""),
        ('{"name":"\\ud800"}', F, ""),
        ('{"name":"a","amount":NaN}', F, ""),
        ('{"name":"a","amount":-Infinity}', F, ""),
        ('{"name":"a","amount":1e400}', F, ""),
        ('{"name":"a","amount":1e-400}', F, ""),
        ('{"name":"a","amount":1e99999999999999999999}', F, ""),
        (f'{{"name":"a","amount":{"1" * 65}}}', F, ""),
        (f'{{"name":"a","amount":0.{"1" * 65}}}', F, ""),
        (f'{{"name":"a","count":{"1" * 65}}}', F, ""),
        (f'{{"name":"a","data":{"[" * 31}{"]" * 31}}}', F, ""),
        ('{"name":"a","part":{"customData":{"vendorId":"v","x":{"y":1,"y":2}}}}', F, ""),
        ('{"name":"a","parts":[{"note":"a"},{"note":"a","note":"a"}]}', F, ""),
        ('{"name":"a","unknown":1}', P, ""),
        ('{"name":"a","Name":"a"}', P, ""),
        ('{"name":"a","part":{"unknown":1}}', P, "part"),
        ("{}", M, "name"),
        ('{"name":"a","customData":{}}', M, "customData.vendorId"),
        ('{"name":"a","parts":[]}', O, "parts"),
        ('{"name":"a","parts":[{},{},{}]}', O, "parts"),
        ("[]", T, ""),
        ("null", T, ""),
        ('{"name":null}', T, "name"),
        ('{"name":"a","count":null}', T, "count"),
        ('{"name":"a","parts":[null]}', T, "parts[0]"),
        ('{"name":"a","part":null}', T, "part"),
        ('{"name":1}', T, "name"),
        ('{"name":"a","count":"1"}', T, "count"),
        ('{"name":"a","count":1.5}', T, "count"),
        ('{"name":"a","count":true}', T, "count"),
        ('{"name":"a","amount":"1.5"}', T, "amount"),
        ('{"name":"a","amount":"NaN"}', T, "amount"),
        ('{"name":"a","parts":[{},{"amount":"1"}]}', T, "parts[1].amount"),
        ('{"name":"a","amount":true}', T, "amount"),
        ('{"name":"a","isOn":1}', T, "isOn"),
        ('{"name":"a","isOn":"true"}', T, "isOn"),
        ('{"name":"a","colour":1}', T, "colour"),
        ('{"name":"a","at":1700000000}', T, "at"),
        ('{"name":"a","at":"yesterday"}', T, "at"),
        ('{"name":"a","at":"2026-01-01"}', T, "at"),
        ('{"name":"a","at":"2026-01-01T00:00Z"}', T, "at"),
        ('{"name":"a","at":"2026-01-01T00:00:00"}', T, "at"),
        ('{"name":"a","at":"2026-01-01T00:00:00.1234"}', T, "at"),
        ('{"name":"a","customData":[]}', T, "customData"),
        ('{"name":"a","customData":{"vendorId":1}}', T, "customData.vendorId"),
        ('{"name":"elevenchars"}', V, "name"),
        ('{"name":"a","count":-1}', V, "count"),
        ('{"name":"a","count":101}', V, "count"),
        ('{"name":"a","colour":"red"}', V, "colour"),
        ('{"name":"a","colour":""}', V, "colour"),
        ('{"name":"a","at":"2026-13-01T00:00:00Z"}', V, "at"),
        ('{"name":"a","at":"2026-00-01T00:00:00Z"}', V, "at"),
        ('{"name":"a","at":"2026-02-30T00:00:00Z"}', V, "at"),
        ('{"name":"a","at":"2026-01-01T25:00:00Z"}', V, "at"),
        ('{"name":"a","at":"0000-01-01T00:00:00Z"}', V, "at"),
        ('{"name":"a","at":"1969-12-31T23:59:59Z"}', V, "at"),
        ('{"name":"a","at":"2200-01-01T00:00:00Z"}', V, "at"),
        ('{"name":"a","at":"\\u0039999-01-01T00:00:00Z"}', V, "at"),
        (f'{{"name":"a","customData":{{"vendorId":"{"v" * 256}"}}}}', V, "customData.vendorId"),
    ],
    ids=repr,
)
def test_a_rule_that_is_broken_is_named_with_its_place(raw: str, kind: ViolationKind, path: str) -> None:
    """Each kind of mistake is told apart, and found wherever it is."""
    assert refused(raw) == (kind, path)


@pytest.mark.requirement("RPC-18")
def test_bytes_that_are_no_utf8_are_refused() -> None:
    """Text has one encoding."""
    assert refused(b'{"name":"\xff"}') == (F, "")
    assert refused('{"name":"a"}'.encode("utf-16")) == (F, "")


@pytest.mark.requirement("RPC-18")
@pytest.mark.parametrize(
    "raw",
    [
        '{"name":"a","data":' + "[" * 10**6 + "]" * 10**6 + "}",
        '{"name":"a","customData":{"vendorId":"v","a":' + '{"a":' * 10**6 + "1" + "}" * 10**6 + "}}",
        '{"name":"a","data":' + "9" * 10**6 + "}",
        '{"name":"a","amount":' + "9" * 10**6 + "}",
        '{"name":"a","amount":1e' + "9" * 10**6 + "}",
        '{"name":"a","count":-' + "9" * 10**6 + "}",
    ],
    ids=["lists", "objects", "any", "decimal", "exponent", "integer"],
)
def test_bombs_are_refused_cheaply(raw: str) -> None:
    """A megabyte of nesting or digits costs less than a third of a second."""
    started = time.process_time()
    assert refused(raw)[0] is F
    assert time.process_time() - started < 0.3


@pytest.mark.requirement("RPC-11", "RPC-15")
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('{"name":""}', {"name": ""}),
        (' { "name" : "a" } ', {"name": "a"}),
        ('{"name":"\\u0022\\\\\\/\\""}', {"name": '"\\/"'}),
        ('{"name":"üüüüüüüüüü"}', {"name": "ü" * 10}),
        ('{"name":"a","count":17.0}', {"name": "a", "count": 17}),
        ('{"name":"a","count":1e2}', {"name": "a", "count": 100}),
        ('{"name":"a","amount":0.1}', {"name": "a", "amount": Decimal("0.1")}),
        ('{"name":"a","amount":1E5}', {"name": "a", "amount": Decimal(100000)}),
        (f'{{"name":"a","amount":{"9" * 64}}}', {"name": "a", "amount": Decimal("9" * 64)}),
        ('{"name":"a","amount":-0}', {"name": "a", "amount": Decimal(0)}),
        ('{"name":"a","at":"2026-01-01T02:00:00+02:00"}', {"name": "a", "at": datetime(2026, 1, 1, tzinfo=UTC)}),
        ('{"name":"a","at":"2025-12-31T22:30:00-01:30"}', {"name": "a", "at": datetime(2026, 1, 1, tzinfo=UTC)}),
        ('{"name":"a","at":"2026-01-01t00:00:00z"}', {"name": "a", "at": datetime(2026, 1, 1, tzinfo=UTC)}),
        ('{"name":"a","at":"1970-01-01T00:00:00Z"}', {"name": "a", "at": datetime(1970, 1, 1, tzinfo=UTC)}),
        (
            '{"name":"a","at":"2026-01-01T00:00:00.123456789Z"}',
            {"name": "a", "at": datetime(2026, 1, 1, 0, 0, 0, 123457, tzinfo=UTC)},
        ),
        (f'{{"name":"a","data":{"[" * 30}{"]" * 30}}}', None),
        ('{"name":"a","data":null}', {"name": "a"}),
        ('{"name":"a","data":{"a":[null,1.5,"x"]}}', {"name": "a", "data": {"a": [None, 1.5, "x"]}}),
        ('{"name":"a","part":{}}', {"name": "a", "part": Part()}),
    ],
    ids=repr,
)
def test_the_unusual_but_right_is_taken(raw: str, expected: dict[str, Any] | None) -> None:
    """White space, escapes, integral fractions, exponents, offsets and deep vendor data are legal."""
    message = decode(Probe, raw.encode())
    if expected is not None:
        assert message == Probe(**expected)


@pytest.mark.requirement("RPC-11")
def test_vendor_data_is_kept_whole() -> None:
    """Whatever a vendor put in comes out again, and only the vendor's name is checked."""
    members = {"vendorId": "v", "vendor_id": 1, "self": None, "list": [1, 1.5, {"deep": [[[]]]}], "": "", "name": "x"}
    message = decode(Probe, json.dumps({"name": "a", "customData": members}).encode())
    assert message.custom_data is not None
    assert message.custom_data.vendor_id == "v"
    assert json.loads(encode(message))["customData"] == members


@pytest.mark.requirement("RPC-10", "RPC-15")
@pytest.mark.parametrize(
    ("message", "written"),
    [
        (Probe(name="a"), '{"name":"a"}'),
        (Probe(name="a", parts=(), part=Part()), '{"name":"a"}'),
        (Probe(name="a", parts=(Part(),)), '{"name":"a","parts":[{}]}'),
        (Probe(name="a", part=Part(note="b")), '{"name":"a","part":{"note":"b"}}'),
        (Probe(name="[]{}", parts=[]), '{"name":"[]{}"}'),
        (Probe(name="a", data=[]), '{"name":"a","data":[]}'),
        (Probe(name="a", amount=Decimal("1E+5")), '{"name":"a","amount":100000}'),
        (Probe(name="a", amount=Decimal("1E-9")), '{"name":"a","amount":0.000000001}'),
        (Probe(name="a", amount=Decimal("0E-9")), '{"name":"a","amount":0.000000000}'),
        (Probe(name="a", amount=Decimal("1.50")), '{"name":"a","amount":1.50}'),
        (Probe(name="a", at=datetime(2026, 1, 1, tzinfo=UTC)), '{"name":"a","at":"2026-01-01T00:00:00Z"}'),
        (
            Probe(name="a", at=datetime(2026, 1, 1, 0, 0, 0, 123999, tzinfo=UTC)),
            '{"name":"a","at":"2026-01-01T00:00:00.123Z"}',
        ),
        (
            Probe(name="a", at=datetime(2026, 1, 1, 0, 0, 0, 999, tzinfo=UTC)),
            '{"name":"a","at":"2026-01-01T00:00:00Z"}',
        ),
        (
            Probe(name="a", at=datetime(2026, 1, 1, 0, 0, 0, 120000, tzinfo=UTC)),
            '{"name":"a","at":"2026-01-01T00:00:00.120Z"}',
        ),
        (
            Probe(name="a", at=datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))),
            '{"name":"a","at":"2026-01-01T00:00:00Z"}',
        ),
        (Probe(name="a", part=Part(custom_data=CustomData("v", e=[]))),) * 1
        + ('{"name":"a","part":{"customData":{"vendorId":"v","e":[]}}}',),
    ],
    ids=repr,
)
def test_messages_are_written_as_the_protocol_wants_them(message: Probe, written: str) -> None:
    """Nothing stands for absence, times are UTC with at most three decimals, and numbers are plain."""
    raw = encode(message)
    assert raw.decode() == written
    verify(Probe, raw)


@pytest.mark.requirement("RPC-15")
@given(
    st.datetimes(
        min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2199, 12, 30),  # noqa: DTZ001 - as above
        timezones=st.timezones(),
    )
)
def test_every_moment_is_written_in_utc_to_the_millisecond(moment: datetime) -> None:
    """Whatever the zone, what is written is the same moment, at most a millisecond earlier."""
    raw = encode(Probe(name="a", at=moment))
    written = json.loads(raw)["at"]
    assert written.endswith("Z") and len(written.partition(".")[2]) in {0, 4}
    again = decode(Probe, raw).at
    assert again is not None
    assert timedelta(0) <= moment - again < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "message",
    [
        Probe(name="a", at=datetime(2026, 1, 1)),  # noqa: DTZ001 - that is what is wrong
        Probe(name="a", amount=Decimal("NaN")),
        Probe(name="a", amount=Decimal("-Infinity")),
        Probe(name="a", amount=Decimal("1E+400")),
        Probe(name="\ud800"),
    ],
    ids=repr,
)
def test_what_cannot_be_said_is_not_written(message: Probe) -> None:
    """A time without zone, a number that is none, or text without UTF-8 is a mistake of ours, loudly."""
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of its kinds
        encode(message)


@pytest.mark.parametrize(
    ("message", "path"),
    [
        (Probe(name="elevenchars"), "name"),
        (Probe(name=None), "name"),
        (Probe(name="a", count=101), "count"),
        (Probe(name="a", at="2026-01-01T00:00:00"), None),
        (Probe(name="a", colour="Blue"), "colour"),
        (Probe(name="a", parts=(Part(note="toolong"),)), "parts[0].note"),
    ],
    ids=repr,
)
def test_our_own_mistakes_are_found(message: Probe, path: str | None) -> None:
    """What we wrote is held against its type like anything else."""
    raw = encode(message)
    if path is None:
        assert refused(raw)[0] is T
        return
    with pytest.raises(PayloadViolation) as caught:
        verify(Probe, raw)
    assert caught.value.path == path


def test_messages_become_plain_trees_and_come_back() -> None:
    """The API's trees are named as on the wire and held to the same rules."""
    message = Probe(name="a", amount=Decimal("0.1"), at=datetime(2026, 1, 1, tzinfo=UTC), parts=(Part(note="b"),))
    tree = to_builtins(message)
    assert tree == {"name": "a", "amount": 0.1, "at": "2026-01-01T00:00:00Z", "parts": [{"note": "b"}]}
    assert from_builtins(Probe, tree) == message
    for wrong in ({}, {"name": None}, {"name": "a", "x": 1}, {"name": object()}, {"name": "\ud800"}, [], None):
        with pytest.raises(PayloadViolation):
            from_builtins(Probe, wrong)


trees = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=12) | st.none() | st.integers(),
        "count": st.integers(-2, 102) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=2),
        "amount": st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.sampled_from(["1", "NaN"]),
        "at": st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01T00:00:00", "9999-01-01T00:00:00.5+00:00", "now"]),
        "isOn": st.booleans() | st.integers(0, 1),
        "colour": st.sampled_from(["Red", "red", "", 1]),
        "parts": st.lists(st.fixed_dictionaries({}, optional={"amount": st.floats(), "note": st.text(max_size=7)})),
        "data": st.recursive(st.none() | st.booleans() | st.floats(), lambda inner: st.lists(inner, max_size=2)),
        "customData": st.dictionaries(st.sampled_from(["vendorId", "x", "y"]), st.text(max_size=3) | st.floats()),
        "other": st.none(),
    },
)


@pytest.mark.requirement("RPC-11", "RPC-18")
@given(tree=trees, indent=st.sampled_from([None, 1]), ascii_only=st.booleans(), twice=st.booleans())
def test_the_quick_look_and_the_exact_look_agree(
    tree: dict[str, Any], indent: int | None, *, ascii_only: bool, twice: bool
) -> None:
    """Whatever the payload, both ways of reading refuse it, or both read the same message."""
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    if twice and tree:
        text = text.rstrip()[:-1] + "," + json.dumps(dict([next(iter(tree.items()))]))[1:]
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        return
    assert outcome(decode, raw) == outcome(_decoded_exactly, raw)


def outcome(read: Any, raw: bytes) -> object:
    try:
        return read(Probe, raw, STRICT)
    except PayloadViolation as violation:
        return violation.kind, violation.path


LENIENT = [
    (LeniencyRule.UNKNOWN_PROPERTY, '{"name":"a","x":1,"part":{"y":{"name":null}}}', Probe(name="a", part=Part()), 2),
    (LeniencyRule.NUMBER_AS_STRING, '{"name":"a","count":"7"}', Probe(name="a", count=7), 1),
    (LeniencyRule.NUMBER_AS_STRING, '{"name":"a","amount":"1.50"}', Probe(name="a", amount=Decimal("1.50")), 1),
    (LeniencyRule.NUMBER_AS_STRING, '{"name":"a","isOn":"True"}', Probe(name="a", is_on=True), 1),
    (LeniencyRule.STRING_AS_NUMBER, '{"name":7}', Probe(name="7"), 1),
    (LeniencyRule.STRING_AS_NUMBER, '{"name":1.50}', Probe(name="1.50"), 1),
    (LeniencyRule.ENUM_CASE, '{"name":"a","colour":"RED"}', Probe(name="a", colour=Colour.RED), 1),
    (LeniencyRule.NULL_AS_ABSENT, '{"name":"a","count":null,"part":{"note":null}}', Probe(name="a", part=Part()), 2),
    (
        LeniencyRule.DATE_WITHOUT_ZONE,
        '{"name":"a","at":"2026-01-01T00:00:00"}',
        Probe(name="a", at=datetime(2026, 1, 1, tzinfo=UTC)),
        1,
    ),
    (LeniencyRule.EMPTY_LIST_AS_ABSENT, '{"name":"a","parts":[]}', Probe(name="a"), 1),
]


@pytest.mark.requirement("RPC-11")
@pytest.mark.parametrize(("rule", "raw", "expected", "times"), LENIENT, ids=[f"{row[0]} {row[1]}" for row in LENIENT])
def test_a_mistake_is_overlooked_only_by_its_own_rule_and_counted(
    rule: LeniencyRule, raw: str, expected: Probe, times: int
) -> None:
    """Every leniency is off until chosen, mends its own mistake and no other, and counts how often it did."""
    lenient = Leniency([rule])
    assert decode(Probe, raw.encode(), lenient) == expected
    assert lenient.used == {rule: times}
    for others in (Leniency(), Leniency(set(LeniencyRule) - {rule})):
        with pytest.raises(PayloadViolation):
            decode(Probe, raw.encode(), others)


@pytest.mark.requirement("RPC-11")
@pytest.mark.parametrize(
    "raw",
    [
        '{"name":"a","count":"seven"}', '{"name":"a","count":"1.5"}', '{"name":"a","count":"101"}', '{"name":null}',
        '{"name":"a","amount":"1,5"}', '{"name":"a","amount":"1e9"}', '{"name":"a","amount":"NaN"}', "{}",
        '{"name":"a","colour":"blue"}', '{"name":"a","at":"01.01.2026"}', '{"name":true}', '{"name":"elevenchars"}',
        '{"name":"a","name":"b"}', '{"name":"a","at":"2026-13-01T00:00:00"}', '{"name":"a","count":true}',
    ],
)  # fmt: skip
def test_nonsense_is_refused_however_lenient(raw: str) -> None:
    """Leniency reads what is clear; it never guesses, and never overlooks a limit."""
    with pytest.raises(PayloadViolation):
        decode(Probe, raw.encode(), Leniency(LeniencyRule))


def test_a_rule_nobody_knows_is_refused() -> None:
    """A misspelled rule in the settings is an error, not a rule that never works."""
    with pytest.raises(ValueError, match="sloppy"):
        Leniency(["sloppy"])
