"""What can be wrong with a payload, said without repeating any of it."""

from __future__ import annotations

import enum


class ViolationKind(enum.Enum):
    """The rule that a payload breaks; each version of the protocol has its own error code for it."""

    # Not JSON, or JSON beyond our limits: nested too deep, numbers too long, a key given twice.
    FORMAT = "format"
    # A member that the message does not have.
    PROTOCOL = "protocol"
    # A required member is absent.
    MISSING = "missing"
    # A list with too few or too many items.
    OCCURRENCE = "occurrence"
    # A value of another type than the field's.
    TYPE = "type"
    # A value of the right type that is too long, too short, out of range or not in the enumeration.
    PROPERTY = "property"


class PayloadViolation(ValueError):
    """A payload is not a valid message: which rule, where, and what was expected there.

    ``path`` holds only names from our own types and list positions, ``detail`` only our own words, so that both may
    be sent back and logged whatever the payload was. ``member`` is the sender's own text: the name of a member that
    the message does not have, for telling it to the very person who wrote it, and to nobody else.
    """

    def __init__(
        self, kind: ViolationKind, path: tuple[str | int, ...], detail: str, *, member: str | None = None
    ) -> None:
        super().__init__(kind, path, detail)
        self._kind, self._path, self._detail = kind, path, detail
        self.member = member

    @property
    def kind(self) -> ViolationKind:
        """The rule that was broken."""
        return self._kind

    @property
    def path(self) -> str:
        """Where it was broken, as in ``meterValue[0].sampledValue[2].unitOfMeasure``; empty for the payload itself."""
        text = ""
        for step in self._path:
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
        return text

    @property
    def path_of_member(self) -> str:
        """The path with the member that should not be there at its end; without one the same as ``path``."""
        return ".".join(part for part in (self.path, self.member) if part)

    @property
    def detail(self) -> str:
        """What was expected, in words."""
        return self._detail

    def __str__(self) -> str:
        return f"{self.path or 'payload'}: {self._detail}"
