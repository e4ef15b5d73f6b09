"""What a handler returns: the answer to a request and the facts that must be stored before it is given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pluglot.csms.facts import EventOccurred, Fact
from pluglot.csms.records import EventRecord, StationRecord
from pluglot.csms.secrecy import without_secrets
from pluglot.dialects.base import Refusal
from pluglot.messages import CustomData, Request, Response, StatusInfo


class Decision(msgspec.Struct, frozen=True, gc=False):
    """An answer and its facts; commit the facts first, then give the answer (design 4.1).

    ``response`` is a 2.1 response, a ``Refusal`` (expected refusals are values), or None for messages nobody answers.
    """

    response: Any
    facts: tuple[Fact, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the request is answered with an error."""
        return isinstance(self.response, Refusal)


class Context(msgspec.Struct, frozen=True, gc=False):
    """Who asks, when, and in which version it speaks."""

    station: StationRecord
    now: datetime
    ocpp_version: str

    @property
    def station_id(self) -> str:
        """The identity of the station that asks."""
        return self.station.id


def decided(response: Any, *facts: Fact) -> Decision:
    """An answer with its facts."""
    return Decision(response, facts)


def refused(code: str, description: str, *facts: Fact) -> Decision:
    """An error answer; ``code`` is an RPC error code in its 2.1 spelling."""
    return Decision(Refusal(code, description), facts)


def event(
    context: Context,
    name: str,
    *,
    kind: str = "house",
    severity: str = "info",
    at: datetime | None = None,
    detail: str | None = None,
    data: dict[str, Any] | None = None,
) -> EventOccurred:
    """Something for the operator's event list; ``at`` is the station's own time where it told one."""
    record = EventRecord(
        station_id=context.station.id,
        at=at or context.now,
        received_at=context.now,
        kind=kind,
        name=name,
        severity=severity,
        detail=detail,
        data=data or {},
    )
    return EventOccurred(at=context.now, event=record)


def noted(
    context: Context,
    request: Request,
    response: Response | None,
    *,
    severity: str = "info",
    at: datetime | None = None,
    detail: str | None = None,
) -> Decision:
    """An answer to a message that is kept whole on the event list, under the name of its action."""
    told = event(context, request.action, kind="device", severity=severity, at=at, detail=detail, data=payload(request))
    return Decision(response, (told,))


def payload(message: Any) -> dict[str, Any]:
    """A message as JSON builtins with the names of the wire, for the event list; secrets are masked."""
    builtins = without_secrets(msgspec.to_builtins(message, enc_hook=_plain))
    return {key: value for key, value in builtins.items() if value is not None}


def reason(code: str, text: str | None = None) -> StatusInfo:
    """Why an answer is negative: one of the standard reason codes and a few words."""
    return StatusInfo(reason_code=code, additional_info=text)


def _plain(value: Any) -> Any:
    if isinstance(value, CustomData):
        return value.members
    raise NotImplementedError(f"{type(value).__name__} is no part of a message")
