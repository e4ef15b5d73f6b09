"""Hostile XML: nothing is fetched, nothing is expanded, nothing grows (SOAP-07)."""

from __future__ import annotations

import socket
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from pluglot.soap import UnsafeXml, XmlLimits, parse

pytestmark = pytest.mark.requirement("SOAP-07")


class Trap:
    """A server that nobody must call."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.called = threading.Event()
        self.thread = threading.Thread(target=self._wait, daemon=True)
        self.thread.start()

    def _wait(self) -> None:
        try:
            self.server.accept()
        except OSError:
            return
        self.called.set()

    def close(self) -> None:
        """Stop waiting."""
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(5)


@pytest.fixture
def trap() -> Iterator[Trap]:
    server = Trap()
    yield server
    server.close()


def hostile(port: int, secret: Path) -> dict[str, str]:
    url = f"http://127.0.0.1:{port}/"
    return {
        "laughs": '<!DOCTYPE a [<!ENTITY b "hahaha"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;">]><a>&d;</a>',
        "file": f'<!DOCTYPE a [<!ENTITY b SYSTEM "file://{secret}">]><a>&b;</a>',
        "http": f'<!DOCTYPE a [<!ENTITY b SYSTEM "{url}">]><a>&b;</a>',
        "parameter": f'<!DOCTYPE a [<!ENTITY % b SYSTEM "{url}"> %b;]><a/>',
        "external subset": f'<!DOCTYPE a SYSTEM "{url}a.dtd"><a/>',
        "public": f'<!DOCTYPE a PUBLIC "-//x" "{url}a.dtd"><a/>',
        "lower case": "<!doctype a><a/>",
        "inclusion": f'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="{url}" parse="text"/></a>',
        "undeclared": "<a>&b;</a>",
        "null": "<a>&#0;</a>",
        "encoding": '<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b/+AD4-</a>',
        "empty": "",
        "text": "hello",
        "two roots": "<a/><b/>",
    }


NAMES = list(hostile(0, Path("/x")))


@pytest.mark.parametrize("name", NAMES)
def test_hostile_documents_are_refused_and_nobody_is_called(name: str, trap: Trap, tmp_path: Path) -> None:
    """No entity, document type or inclusion is looked at, and no connection is made for one."""
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    with pytest.raises(UnsafeXml) as refused:
        parse(hostile(trap.port, secret)[name].encode())
    assert "secret" not in str(refused.value)
    assert not trap.called.wait(0.05)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037"])
def test_encodings_that_hide_markup_are_refused(encoding: str) -> None:
    """A document type in another encoding would not be seen in the bytes."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(UnsafeXml):
        parse(text.encode(encoding))


def test_a_schema_location_is_never_fetched(trap: Trap) -> None:
    """Hints where a schema lies are plain attributes."""
    root = parse(
        '<a xmlns:x="http://www.w3.org/2001/XMLSchema-instance" '
        f'x:schemaLocation="urn:a http://127.0.0.1:{trap.port}/a.xsd"/>'.encode()
    )
    assert root.tag == "a"
    assert not trap.called.wait(0.05)


def test_processing_instructions_and_comments_disappear() -> None:
    """Neither style sheets nor comments are part of a message."""
    root = parse(b'<?xml version="1.0"?><?xml-stylesheet href="http://192.0.2.1/"?><a>b<!-- c -->d<?e f?></a>')
    assert (root.text, len(root)) == ("bd", 0)


FLOODS = {
    "deep": b"<a>" * 40 + b"</a>" * 40,
    "very deep": b"<a>" * 100_000 + b"</a>" * 100_000,
    "attributes": b"<a " + b" ".join(b'b%d="1"' % number for number in range(1_000_000)) + b"/>",
    "some attributes": b"<a " + b" ".join(b'b%d="1"' % number for number in range(100)) + b"/>",
    "elements": b"<a>" + b"<b/>" * 100_000 + b"</a>",
    "namespaces": b"<a " + b" ".join(b'xmlns:b%d="c"' % number for number in range(100_000)) + b"/>",
    "long": b"<a>" + b"b" * 2_000_000 + b"</a>",
}


@pytest.mark.parametrize("name", FLOODS)
def test_floods_are_refused_without_growing(name: str) -> None:
    """Depth, elements, attributes and size are bounded before they cost memory."""
    document = FLOODS[name]
    limits = XmlLimits(size=50_000_000) if name in {"attributes", "very deep"} else XmlLimits()
    tracemalloc.start()
    try:
        with pytest.raises(UnsafeXml):
            parse(document, limits)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000
