"""What the tables of actions are made of; every OCPP version has one table of the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

from pluglot.messages.base import Request, Response


class Sender(Flag):
    """Who may send the request of an action."""

    STATION = auto()
    CSMS = auto()
    BOTH = STATION | CSMS


@dataclass(frozen=True, slots=True)
class Action:
    """One row: a named pair of messages, who may ask, and the functional block it belongs to.

    An action without response is sent and never answered (SEND in OCPP 2.1).
    """

    name: str
    request: type[Request]
    response: type[Response] | None
    sender: Sender
    block: str

    @property
    def is_answered(self) -> bool:
        """Whether the other side answers at all."""
        return self.response is not None


def by_name(*rows: Action) -> dict[str, Action]:
    """Key the rows of a table by the name of the action, in the order of the blocks."""
    return {row.name: row for row in rows}
