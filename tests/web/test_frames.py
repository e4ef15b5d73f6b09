from __future__ import annotations

import pytest

from pluglot.web.pages.frames import _ATTRIBUTE, LONGEST_LINE, MOST_LINES, lines

SOAP = (
    '<?xml version="1.0"?>\n<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:o="urn://Ocpp/Cs/2012/06/">'
    "<s:Header><o:id>A &amp; B</o:id></s:Header>"
    '<s:Body><o:stop><o:data><o:value unit="Wh">1</o:value><o:empty/><o:none></o:none></o:data><o:meter>2</o:meter>'
    "</o:stop></s:Body></s:Envelope>"
)


def shown(frame: str, *lost: str) -> str:
    """The lines of a frame; what is lost begins with a star."""
    return "\n".join(("*" if line.lost else "") + line.text for line in lines(frame, lost))


def test_an_xml_frame_is_moved_in_by_its_elements() -> None:
    """Each element stands below its own, text beside its tags, attributes of a long tag on lines of their own."""
    assert (
        shown(SOAP)
        == """<?xml version="1.0"?>
<s:Envelope
    xmlns:s="http://www.w3.org/2003/05/soap-envelope"
    xmlns:o="urn://Ocpp/Cs/2012/06/">
  <s:Header>
    <o:id>A &amp; B</o:id>
  </s:Header>
  <s:Body>
    <o:stop>
      <o:data>
        <o:value unit="Wh">1</o:value>
        <o:empty/>
        <o:none></o:none>
      </o:data>
      <o:meter>2</o:meter>
    </o:stop>
  </s:Body>
</s:Envelope>"""
    )


def test_what_is_lost_of_an_xml_frame_is_marked_as_a_whole() -> None:
    """A lost element is marked with everything in it, and nothing behind it."""
    marked = [line.said for line in lines(SOAP, ["stop.data[0]"]) if line.lost]
    assert marked == ["<o:data>", '<o:value unit="Wh">1</o:value>', "<o:empty/>", "<o:none></o:none>", "</o:data>"]
    assert [line.said for line in lines(SOAP, ["value"]) if line.lost] == ['<o:value unit="Wh">1</o:value>']
    assert [line.said for line in lines(SOAP, ["empty", "meter"]) if line.lost] == [
        "<o:empty/>",
        "<o:meter>2</o:meter>",
    ]


def test_numbers_keep_the_digits_they_came_with() -> None:
    """A price of 1.20 is shown as 1.20, and a number no float can hold as it was written."""
    assert shown('[3,"a",{"totalCost":1.20,"far":1e999}]', "totalCost").splitlines()[
        4
    ] == '*    "totalCost": 1.20,'.replace("    ", "    ", 1)
    assert '"far": 1e999' in shown('{"far":1e999}')


@pytest.mark.parametrize(
    "frame",
    [
        "<",
        "<<<",
        ">",
        "</a></a></a>",
        "<a",
        "<a>" * 5000,
        "<a>b</c></d>",
        "< a='1' " * 400,
        "&lt;",
        "plain\ntext",
        '{"a":',
    ],
    ids=repr,
)
def test_whatever_came_is_shown(frame: str) -> None:
    """A frame that is neither JSON nor XML is shown in bounded lines with nothing left out but white space."""
    found = lines(frame, ["a"])
    assert 0 < len(found) <= MOST_LINES + 1
    assert all(len(line.text) <= LONGEST_LINE for line in found)
    if len(found) <= MOST_LINES:
        assert "".join("".join(line.text for line in found).split()) == "".join(frame.split())


@pytest.mark.requirement("UI-02")
def test_a_run_of_blanks_is_looked_at_once() -> None:
    """Attributes are looked for from the beginning of a run of blanks alone, so a tag of blanks costs its length."""
    assert _ATTRIBUTE.match('<a   b="1">', 2)
    assert [_ATTRIBUTE.match('<a   b="1">', begin) for begin in (3, 4)] == [None, None]
    assert lines("<a" + " " * 400_000 + ">") == lines("<a" + " " * 500 + ">")
    assert len(lines("<a" + " " * 19_000 + 'b="1">')) == 2
