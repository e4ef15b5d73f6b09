"""Problems: every way the API says no, as RFC 9457 documents; and how exceptions become them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from pluglot.web.base import InvalidInput

log = logging.getLogger("pluglot.web")

PROBLEM_JSON = "application/problem+json"

#: An exception with this attribute says that what keeps the house's memory cannot be used just now.
UNAVAILABLE_MARK = "means_unavailable"
#: Seconds after which asking again makes sense.
RETRY_AFTER = "5"

#: What the framework calls the body.
_BODY = "data"
#: How msgspec names a member that should not be there, or should.
_MEMBER = re.compile(r"Object (contains|missing) (?P<what>(unknown|required) field) `(?P<member>[^`]*)`")


class Kind(msgspec.Struct, frozen=True):
    """A kind of problem: its HTTP status, its title and what a caller can do about it."""

    status: int
    title: str
    advice: str


#: Every problem type, by the last segment of its address (``/problems/{name}``).
KINDS: Mapping[str, Kind] = {
    "malformed-body": Kind(400, "The body cannot be read", "Send one JSON object, UTF-8, as application/json."),
    "invalid-query": Kind(
        400, "A query parameter is not valid", "See `field` and `rule`; unknown filters are refused."
    ),
    "invalid-cursor": Kind(400, "The cursor is not valid", "Use `nextCursor` of the same list, or start without one."),
    "not-authenticated": Kind(401, "Who is asking is not known", "Send `Authorization: Bearer …`, or log in."),
    "wrong-credentials": Kind(401, "Name or password is wrong", "Check both; after several tries wait a little."),
    "not-allowed": Kind(403, "This needs a higher role", "Ask an administrator for the role named in `rule`."),
    "forged-form": Kind(403, "The form did not come from this site", "Load the page again and send the form anew."),
    "not-found": Kind(404, "There is nothing at this address", "See /api/v1/openapi.json for what there is."),
    "unknown-station": Kind(404, "No station has this identity", "Register it with PUT first."),
    "unknown-transaction": Kind(404, "No such transaction", "Both the station and the transaction id must match."),
    "unknown-token": Kind(404, "No such token", "Both the type and the token must match."),
    "unknown-message": Kind(404, "No such message", "The message log keeps messages for a limited time."),
    "unknown-action": Kind(404, "No such action", "Use the name of a 2.1 request that a CSMS may send."),
    "method-not-allowed": Kind(405, "This address does not do that", "See the `Allow` header."),
    "key-reused": Kind(409, "The idempotency key was used for another request", "Use a new key for a new request."),
    "station-not-accepted": Kind(
        409, "The station is not accepted", "Nothing was sent; see `detail` for what may be, or accept the station."
    ),
    "too-large": Kind(413, "The body is too large", "The limit is one mebibyte."),
    "invalid-input": Kind(422, "The input breaks a rule", "See `field` and `rule`."),
    "too-many-guesses": Kind(429, "Too many wrong passwords", "Wait for the seconds in `Retry-After`."),
    "server-error": Kind(500, "Something broke on our side", "Try again; the log of the server says more."),
    "not-supported": Kind(501, "The station's version cannot say this", "See `detail`; use another action."),
    "station-refused": Kind(502, "The station answered with an error", "See `code` and `detail` from the station."),
    "not-ready": Kind(503, "The house cannot serve yet", "See `checks`."),
    "store-unavailable": Kind(503, "The house cannot keep or read this now", "Nothing was changed; see `detail`."),
    "station-offline": Kind(503, "The station is not connected", "Try again when it is back; nothing was sent."),
    "station-timed-out": Kind(504, "The station did not answer in time", "It may have acted; look before repeating."),
    "station-left": Kind(
        504, "The station was asked, and its answer is not known", "It may have acted; look before repeating."
    ),
}

#: What a kind of problem is about, and the rule that it breaks, unless whoever raises it says more exactly.
ABOUT: Mapping[str, Mapping[str, str]] = {
    "malformed-body": {"field": "body", "rule": "one JSON object in UTF-8"},
    "unknown-station": {"field": "stationId", "rule": "a registered station"},
    "unknown-transaction": {"field": "transactionId", "rule": "a transaction of this station"},
    "unknown-token": {"field": "idToken", "rule": "a saved token of this type"},
    "unknown-message": {"field": "messageId", "rule": "a message that the log still keeps"},
}

#: What a plain HTTP error of the framework is called here.
BY_STATUS: Mapping[int, str] = {
    400: "malformed-body",
    401: "not-authenticated",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    422: "invalid-input",
    429: "too-many-guesses",
}


class Problem(Exception):
    """Ends a request with a problem document; ``extra`` becomes further members of it."""

    def __init__(self, name: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail or KINDS[name].title)
        self.name = name
        self.detail = detail or KINDS[name].title
        self.headers = dict(headers or {})
        self.extra = {**ABOUT.get(name, {}), **extra}

    @property
    def status(self) -> int:
        """The HTTP status of this kind of problem."""
        return KINDS[self.name].status

    def document(self) -> dict[str, Any]:
        """The problem as RFC 9457 wants it."""
        kind = KINDS[self.name]
        document = {"type": f"/problems/{self.name}", "title": kind.title, "status": kind.status, "detail": self.detail}
        return document | {name: value for name, value in self.extra.items() if value is not None}


def from_exception(error: Exception) -> Problem:
    """The problem an exception means."""
    match error:
        case Problem():
            return error
        case InvalidInput():
            return Problem("invalid-input", str(error), field=error.field, rule=error.rule)
        case ValidationException():
            return _from_validation(error)
        case HTTPException():
            headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
            name = BY_STATUS.get(
                error.status_code,
                "server-error" if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else "malformed-body",
            )
            return Problem(name, headers=headers)
        case _ if getattr(error, UNAVAILABLE_MARK, False) is True:
            return Problem("store-unavailable", str(error), headers={"Retry-After": RETRY_AFTER})
        case _:
            return Problem("server-error")


def _from_validation(error: ValidationException) -> Problem:
    """Name the field and the rule of what the framework refused."""
    extra = error.extra if isinstance(error.extra, list) else []
    first: Mapping[str, Any] = extra[0] if extra and isinstance(extra[0], Mapping) else {}
    field, rule = str(first.get("key", "")) or None, str(first.get("message", "")) or None
    if rule and (named := _MEMBER.search(rule)):
        within = f"{field}." if field and field != _BODY else ""
        field, rule = within + named["member"], named["what"]
    if field == _BODY:
        # Without a body the framework misses the handler's parameter, and says its name for a rule.
        field, rule = "body", "one JSON object" if rule == repr(_BODY) else rule
    in_query = str(first.get("source", "")).endswith(("query", "path", "header", "cookie"))
    name = "invalid-query" if in_query else "invalid-input"
    return Problem(name, f"{field or 'body'}: {rule or 'not valid'}", field=field, rule=rule)


def answer(error: Problem) -> Response[bytes]:
    """The HTTP answer with the problem document."""
    headers = dict(error.headers)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="pluglot"'
    body = msgspec.json.encode(error.document())
    return Response(body, status_code=error.status, media_type=PROBLEM_JSON, headers=headers)


def wants_problem_document(request: Request[Any, Any, Any]) -> bool:
    """Whether the asker is a program rather than a person looking at pages."""
    path = request.scope["path"]
    if path.startswith(("/api/", "/health/")) or path in {"/api", "/metrics"}:
        return True
    return "text/html" not in request.headers.get("accept", "text/html, */*")


def note_unexpected(request: Request[Any, Any, Any], error: Exception, problem: Problem) -> None:
    """Write what nobody foresaw to the log, with its traceback; the asker only learns that it happened."""
    if problem.name == "store-unavailable":
        log.error("answering %s %r failed: %s", request.scope["method"], request.scope["path"], error)
    elif problem.name == "server-error":
        log.error("answering %s %r failed", request.scope["method"], request.scope["path"], exc_info=error)
