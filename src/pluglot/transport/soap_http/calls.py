"""A request over SOAP on its way through the house, and how it is answered."""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from pluglot.dialects.base import Refusal
from pluglot.messages.version import OcppVersion
from pluglot.soap import (
    ALL,
    SoapRequest,
    SoapRule,
    Unsayable,
    fault_for,
    refusal_of,
    write_refusal,
    write_response,
)

log = logging.getLogger(__name__)


class Unanswered(msgspec.Struct, frozen=True):
    """The connection is closed without any answer, so that the peer sends again (mapping 13.4)."""


class SoapCall(msgspec.Struct, kw_only=True):
    """A request of an authenticated peer, for the roof to answer."""

    #: As it was proved, not as it was claimed.
    identity: str
    version: OcppVersion
    action: str
    request: Any
    #: The envelope as it came, inflated.
    frame: bytes
    at: datetime
    remote_address: str
    security_profile: int
    #: Where the peer says that it listens; judged by ``SoapCaller`` before it is called.
    from_address: str | None
    message_id: str | None
    #: Which mistakes were overlooked, and how often.
    overlooked: Counter[SoapRule]
    understood: SoapRequest
    _reply: tuple[Any, int, bytes] | None = None

    def reply(self, answer: Any) -> tuple[int, bytes]:
        """The HTTP status and envelope for an answer; the same answer always gives the same bytes, for the log."""
        if self._reply is None or self._reply[0] is not answer:
            self._reply = (answer, *self._written(answer))
        return self._reply[1:]

    def _written(self, answer: Any) -> tuple[int, bytes]:
        message_id = f"urn:uuid:{uuid.uuid4()}"
        if not isinstance(answer, Refusal):
            try:
                binding = ALL.by_version[self.version]
                return HTTPStatus.OK, write_response(binding, self.understood, answer, message_id=message_id)
            except Unsayable as error:
                about = {"station": self.identity, "reason": str(error)}
                log.error("an answer could not be said", extra=about)  # noqa: TRY400 - it says where and why
                answer = Refusal("InternalError", "the answer could not be said")
        fault = fault_for(answer.code, answer.description)
        return fault.http_status, write_refusal(refusal_of(self.understood, fault), message_id=message_id)


#: Answers one request with a response of its version, a Refusal, or not at all.
SoapServer = Callable[[SoapCall], Awaitable[Any]]
