"""Security events: told to the CSMS, however long that takes (A04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pluglot.messages import SecurityEventNotificationRequest
from pluglot.station.outbox import DurableQueue, Lane, Outbox
from pluglot.station.state import Core


class Security:
    """Keeps security events until the CSMS has them."""

    def __init__(self, core: Core, outbox: Outbox) -> None:
        self._core = core
        self.queue = DurableQueue(core, SecurityEventNotificationRequest, _delivered)
        outbox.durable[Lane.SECURITY] = self.queue

    def happened(self, type_: str, now: datetime, tech_info: str | None = None) -> None:
        """Tell the CSMS of a security event; its type is one of the standardised names or one of ours."""
        self.queue.append(
            SecurityEventNotificationRequest(
                type=type_[:50], timestamp=now, tech_info=None if tech_info is None else tech_info[:255]
            ),
            now,
        )
        self.queue.drop_oldest(self._core.settings.security_event_limit, now)


def _delivered(_request: Any, _response: Any, _now: datetime) -> None:
    """The CSMS has it; nothing follows."""
