"""The short ways of messages that are the same JSON in two versions: read once more, or copied by one function.

Each gives None for a message that is not, and leaves it to the converters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pluglot.messages import codec


def nothing(_value: Any) -> Any:
    """For types of which no message is the same in the other version."""


def reader(target: type) -> Callable[[bytes], Any]:
    """Read JSON, which was found to be a message of the other version, as one of this type."""
    decode = codec.quick_decoder(target)

    def read(payload: bytes) -> Any:
        try:
            return decode(payload)
        except codec.CODEC_ERRORS:  # this version cannot hold all of it
            return None

    return read


def copier(target: type, copied: Sequence[str], doubtful: Sequence[str]) -> Callable[[Any], Any]:
    """Copy these fields into an object of this type, if nothing is in the doubtful ones.

    Written as source: as good as every answer to a station goes through one.
    """
    doubts = " or ".join(f"value.{name} is not None" for name in doubtful) or "False"
    fields = ", ".join(f"{name}=value.{name}" for name in copied)
    scope: dict[str, Any] = {"target": target}
    source = f"def copy(value):\n    return None if {doubts} else target({fields})"
    exec(source, scope)  # noqa: S102 - made of the names of our own fields
    copy: Callable[[Any], Any] = scope["copy"]
    return copy
