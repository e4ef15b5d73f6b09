"""What stations show on their displays (block O)."""

from __future__ import annotations

from pluglot.csms.decision import Context, Decision, noted
from pluglot.messages import NotifyDisplayMessagesRequest, NotifyDisplayMessagesResponse


async def notify_display_messages(context: Context, request: NotifyDisplayMessagesRequest) -> Decision:
    """Keep one part of the list of display messages (O03)."""
    return noted(context, request, NotifyDisplayMessagesResponse())
