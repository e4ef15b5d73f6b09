"""The message log and the event list."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from pluglot.csms.records import MessageRecord
from pluglot.web.api.lists import asked, page_of
from pluglot.web.api.shapes import EventsPage, MessagesPage
from pluglot.web.context import Web
from pluglot.web.problems import Problem
from pluglot.web.security import VIEWER


@get("/messages", opt={"right": VIEWER}, tags=["messages"], summary="List exchanged messages, newest first")
async def list_messages(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> MessagesPage:
    """Each call with both wire frames, the house translation, what was lost, and how long the answer took."""
    page = await page_of(web.house.lists.messages, asked(request, "messages"))
    return MessagesPage(items=list(page.items), next_cursor=page.next_cursor)


@get("/messages/{message_id:int}", opt={"right": VIEWER}, tags=["messages"], summary="Show a message")
async def show_message(message_id: FromPath[int], web: NamedDependency[Web]) -> MessageRecord:
    """One exchanged call."""
    message: MessageRecord | None = None
    if 0 <= message_id < 2**63:
        message = await web.house.lists.message(message_id)
    if message is None:
        raise Problem("unknown-message")
    return message


@get("/events", opt={"right": VIEWER}, tags=["events"], summary="List events, newest first")
async def list_events(request: Request[Any, Any, Any], web: NamedDependency[Web]) -> EventsPage:
    """What devices reported, what concerns security, and what the house itself noticed."""
    page = await page_of(web.house.lists.events, asked(request, "events"))
    return EventsPage(items=list(page.items), next_cursor=page.next_cursor)
