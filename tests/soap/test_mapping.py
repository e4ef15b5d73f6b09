"""XML elements as typed messages: the vectors, and every leniency by its name."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot.dialects.ocpp15 import wire as wire15
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.messages.version import OcppVersion
from pluglot.soap import ALL, RequestRefused, Service, SoapLeniency, SoapRule, Unsayable, read_request, write_request
from pluglot.soap.mapping import Writer
from tests.soap.envelopes import NOW, envelope, fault_of, read, request

OCPP_1_6 = ALL.by_version[OcppVersion.OCPP_1_6_SOAP]
OCPP_1_5 = ALL.by_version[OcppVersion.OCPP_1_5_SOAP]
CS_1_6 = "urn://Ocpp/Cs/2015/10/"
STOP = """
  <transactionId>7</transactionId><idTag>AABBCCDD</idTag><timestamp>2026-03-03T10:00:00Z</timestamp>
  <meterStop>2500</meterStop>
  <transactionData>
    <values><timestamp>2026-03-03T09:30:00Z</timestamp>
      <value unit="Amp" measurand="Current.Import">15.2</value><value>1800</value></values>
  </transactionData>"""


def test_vector_l_is_read_as_it_stands() -> None:
    """The StopTransaction of 1.5 in mapping 15.12, attributes and nested values included."""
    understood, overlooked = read(request("StopTransaction", STOP))
    assert overlooked == []
    assert understood.message == wire15.StopTransactionRequest(
        transaction_id=7,
        id_tag="AABBCCDD",
        timestamp=NOW,
        meter_stop=2500,
        transaction_data=(
            wire15.TransactionData(
                values=(
                    wire15.MeterValue(
                        timestamp=datetime(2026, 3, 3, 9, 30, tzinfo=UTC),
                        value=(
                            wire15.Value(
                                value="15.2",
                                unit=wire15.UnitOfMeasure.AMP,
                                measurand=wire15.Measurand.CURRENT_IMPORT,
                            ),
                            wire15.Value(value="1800"),
                        ),
                    ),
                )
            ),
        ),
    )


START = (
    "<connectorId>1</connectorId><idTag>T</idTag><timestamp>2026-03-03T10:00:00Z</timestamp><meterStart>0</meterStart>"
)


def start(old: str = "", new: str = "") -> bytes:
    return request("StartTransaction", START.replace(old, new) if old else START)


LENIENCIES = [
    (
        request("StartTransaction", START.replace("<connectorId>1</connectorId>", "") + "<connectorId>1</connectorId>"),
        SoapRule.ELEMENT_ORDER,
    ),
    (request("StartTransaction", START + "<reservationId/>"), SoapRule.EMPTY_ELEMENT),
    (request("StartTransaction", START + "<vendorThing><deep/></vendorThing>"), SoapRule.UNKNOWN_ELEMENT),
    (start("<idTag>T</idTag>", '<idTag xmlns="">T</idTag>'), SoapRule.ELEMENT_NAMESPACE),
    (start("10:00:00Z", "10:00:00"), SoapRule.DATE_WITHOUT_ZONE),
    (start(">T<", f">{'T' * 21}<"), SoapRule.LONG_ID_TAG),
]


@pytest.mark.parametrize(("raw", "rule"), LENIENCIES)
def test_a_mistake_is_overlooked_by_name_or_refused_by_choice(raw: bytes, rule: SoapRule) -> None:
    """Each leniency has a name, is counted, and can be forbidden."""
    understood, overlooked = read(raw)
    assert overlooked == [rule]
    assert (understood.message.connector_id, understood.message.timestamp) == (1, NOW)
    assert fault_of(raw, forbidden=[rule]).subcode == "ProtocolError"


def test_enumerations_in_other_letters_are_understood() -> None:
    """A status in other letters is the status."""
    body = "<connectorId>1</connectorId><status>AVAILABLE</status><errorCode>noerror</errorCode>"
    understood, overlooked = read(request("StatusNotification", body))
    assert understood.message.status is wire15.ChargePointStatus.AVAILABLE
    assert overlooked == [SoapRule.ENUM_CASE]


def test_a_moment_without_readings_is_understood_as_none() -> None:
    """1.6 stations send empty meter values, which say nothing."""
    body = "<connectorId>1</connectorId><meterValue><timestamp>2026-03-03T10:00:00Z</timestamp></meterValue>"
    understood, overlooked = read(request("MeterValues", body, namespace=CS_1_6))
    assert understood.message.meter_value[0].sampled_value == ()
    assert overlooked == [SoapRule.EMPTY_LIST]


NEVER_OVERLOOKED = [
    start("<connectorId>1</connectorId>", ""),
    start(">1<", ">one<"),
    start(">1<", "><"),
    start(">1<", ">1.0<"),
    start(">1<", ">99999999999<"),
    start(">1<", "><b>1</b><"),
    start(">0<", ">1e3<"),
    start("2026-03-03T10", "2026-13-03T10"),
    start("2026-03-03T10", "2026-03-03T25"),
    start("2026-03-03T10:00:00Z", "1000000000"),
    start("2026-03", "1850-03"),
    start("<meterStart>0</meterStart>", "<meterStart>0</meterStart><meterStart>9</meterStart>"),
    request("StatusNotification", "<connectorId>1</connectorId><status>Fine</status><errorCode>NoError</errorCode>"),
    request("StopTransaction", STOP.replace('unit="Amp"', 'unit="Ohm"')),
    envelope(
        "<cs:startTransactionRequest>text</cs:startTransactionRequest>", action="<a:Action>/StartTransaction</a:Action>"
    ),
]


@pytest.mark.parametrize("raw", NEVER_OVERLOOKED)
def test_what_would_change_the_meaning_is_never_overlooked(raw: bytes) -> None:
    """No message with an unreadable id, register, time or connector starts or stops anything."""
    assert fault_of(raw).subcode == "ProtocolError"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-03T10:00:00.123456789Z", NOW.replace(microsecond=123456)),
        ("2026-03-03T12:00:00+02:00", NOW),
        ("2026-03-03T10:00:00.5Z", NOW.replace(microsecond=500_000)),
        (" 2026-03-03T10:00:00Z\n", NOW),
    ],
)
def test_times_are_read_with_any_zone_and_fraction(text: str, moment: datetime) -> None:
    """Zones are brought to UTC, and digits beyond microseconds are cut."""
    understood, overlooked = read(start("2026-03-03T10:00:00Z", text))
    assert (understood.message.timestamp, overlooked) == (moment, [])


def test_comments_and_sections_inside_a_text_do_not_split_it() -> None:
    """Two readers must not see two different tags."""
    understood, _ = read(start(">T<", ">AA<!-- x -->BB<![CDATA[<&]]>CC<"))
    assert understood.message.id_tag == "AABB<&CC"


# --- writing ------------------------------------------------------------------------------------------------------


def test_characters_that_xml_cannot_hold_are_replaced_and_counted() -> None:
    """A control character would make the whole message unreadable for the peer."""
    leniency = SoapLeniency()
    message = wire15.DataTransferRequest(vendor_id="v", data="a\x00b\ud800c\x1fd\te")
    frame = write_request(
        OCPP_1_5, Service.CENTRAL_SYSTEM, message, identity="CP", message_id="m", to="http://x/", leniency=leniency
    )
    understood, _ = read(frame)
    assert understood.message.data == "a\ufffdb\ufffdc\ufffdd\te"
    assert list(leniency.used) == [SoapRule.UNSAYABLE_CHARACTER]


def test_units_that_the_wsdl_lacks_are_said_otherwise() -> None:
    """Celcius, the JSON spelling, becomes Celsius; Hertz has no word and is left out."""
    samples = tuple(
        wire16.SampledValue(value="1", unit=unit)
        for unit in (wire16.UnitOfMeasure.CELCIUS, wire16.UnitOfMeasure.HERTZ, wire16.UnitOfMeasure.K)
    )
    message = wire16.MeterValuesRequest(
        connector_id=1, meter_value=(wire16.MeterValue(timestamp=NOW, sampled_value=samples),)
    )
    text = Writer(OCPP_1_6.schema, "").write("x", message)
    assert text.count("<unit>") == 2
    assert "<unit>Celsius</unit>" in text and "<unit>K</unit>" in text


def test_limits_are_written_with_one_digit_after_the_point() -> None:
    """Decimals lose what only their exponent says."""
    period = wire16.ChargingSchedulePeriod(start_period=0, limit=Decimal("1.60E+1"))
    assert "<limit>16</limit>" in Writer(OCPP_1_6.schema, "").write("x", period)


@pytest.mark.parametrize(
    "message",
    [
        wire16.StartTransactionRequest(connector_id=2**31, id_tag="T", meter_start=0, timestamp=NOW),
        wire16.StartTransactionRequest(connector_id=True, id_tag="T", meter_start=0, timestamp=NOW),
        wire16.StartTransactionRequest(connector_id=1, id_tag="T", meter_start=0, timestamp=NOW.replace(tzinfo=None)),
        wire16.StartTransactionRequest(connector_id=1, id_tag=None, meter_start=0, timestamp=NOW),  # type: ignore[arg-type]
        wire16.ChangeConfigurationRequest(key="k" * 51, value=""),
        wire16.ResetRequest(type="Hard"),  # type: ignore[arg-type]
    ],
)
def test_a_message_that_breaks_its_own_rules_is_not_written(message: Any) -> None:
    """Writing is strict: nothing invalid leaves the house."""
    with pytest.raises(Unsayable):
        Writer(OCPP_1_6.schema, "").write("x", message)


# --- fuzz ---------------------------------------------------------------------------------------------------------

PIECES = ["<", ">", "</", "/>", '"', "&amp;", "&#0;", "<x/>", "1", "-1", "\x00", "Z", "é", "<![CDATA[", "xmlns=''", " "]


@settings(max_examples=150, deadline=None)
@given(
    raw=st.sampled_from([request("StopTransaction", STOP), start(), envelope()]),
    cuts=st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 30), st.sampled_from(PIECES)), min_size=1, max_size=4),
)
def test_a_garbled_request_is_read_or_answered_with_a_fault(raw: bytes, cuts: list[tuple[int, int, str]]) -> None:
    """Whatever comes, there is a request or a fault and nothing else."""
    for place, length, piece in cuts:
        raw = raw[:place] + piece.encode() + raw[place + length :]
    fault = None
    try:
        read_request(raw, ALL, Service.CENTRAL_SYSTEM, SoapLeniency())
    except RequestRefused as refused:
        fault = refused.fault
    assert fault is None or fault.code in {"Sender", "Receiver", "MustUnderstand", "VersionMismatch"}
