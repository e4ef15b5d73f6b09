"""Two conversations and nothing between them: bytes carried by hand, for tests and for links within one process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pluglot.messages.action import Action, Sender
from pluglot.messages.version import OcppVersion

from .conversation import Conversation
from .identifiers import MessageIds
from .settings import ConversationSettings


class ConversationPair:
    """A station and a CSMS, each with its side of one link; ``frames`` keeps all that was carried."""

    def __init__(
        self,
        version: OcppVersion,
        actions: Mapping[str, Action],
        *,
        station_settings: ConversationSettings | None = None,
        csms_settings: ConversationSettings | None = None,
    ) -> None:
        plain = ConversationSettings()
        self.station = Conversation(
            version, Sender.STATION, actions=actions, id_factory=MessageIds("s"), settings=station_settings or plain
        )
        self.csms = Conversation(
            version, Sender.CSMS, actions=actions, id_factory=MessageIds("c"), settings=csms_settings or plain
        )
        self.sides = {Sender.STATION: self.station, Sender.CSMS: self.csms}
        self.frames: list[tuple[Sender, bytes]] = []

    def carry(self, *, now: datetime) -> int:
        """Carry everything that is ready from each side to the other; say how many frames that was."""
        from_station, from_csms = self.station.frames_to_send(), self.csms.frames_to_send()
        for frame in from_station:
            self.frames.append((Sender.STATION, frame))
            self.csms.receive(frame, now=now)
        for frame in from_csms:
            self.frames.append((Sender.CSMS, frame))
            self.station.receive(frame, now=now)
        return len(from_station) + len(from_csms)

    def close(self, *, now: datetime) -> None:
        """Cut the link for both."""
        self.station.close(now=now)
        self.csms.close(now=now)
