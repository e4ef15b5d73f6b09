"""Certificates as text: PEM in 2.0.1, the hexadecimal digits of their DER in 2.0."""

from __future__ import annotations

import base64
import binascii
import re
import textwrap
from typing import Final

_BLOCK: Final = re.compile(r"-----BEGIN [A-Z0-9 ]+-----(.*?)-----END [A-Z0-9 ]+-----", re.DOTALL)
_LINE: Final = 64

CERTIFICATE: Final = "CERTIFICATE"
CERTIFICATE_REQUEST: Final = "CERTIFICATE REQUEST"


class NotReadable(ValueError):
    """A text that is neither PEM nor hexadecimal digits."""


def to_pem(text: str, kind: str) -> str:
    """PEM of what 2.0 says in hexadecimal digits; PEM already is taken as it is, for some stations send it.

    Raises:
        NotReadable: the text is neither.
    """
    if "-----BEGIN" in text:
        return text
    try:
        content = bytes.fromhex(text)
    except ValueError:
        raise NotReadable("neither PEM nor hexadecimal digits") from None
    if not content:
        raise NotReadable("nothing at all")
    lines = textwrap.wrap(base64.b64encode(content).decode(), _LINE)
    return "\n".join((f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""))


def to_digits(pem: str) -> tuple[str, ...]:
    """The hexadecimal digits of each block of a PEM text.

    Raises:
        NotReadable: there is no block, or one that is not base64.
    """
    blocks = _BLOCK.findall(pem)
    if not blocks:
        raise NotReadable("not PEM")
    try:
        return tuple(base64.b64decode("".join(block.split()), validate=True).hex() for block in blocks)
    except binascii.Error:
        raise NotReadable("not base64") from None
