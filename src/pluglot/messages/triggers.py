"""Which messages a request of the management system asks a station for (B02.FR.05, F06)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pluglot.messages.base import Request
from pluglot.messages.remote_control import TriggerMessageRequest

#: Triggers that are not named as the message they ask for.
_OTHERWISE_NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SignChargingStationCertificate": "SignCertificate",
        "SignV2GCertificate": "SignCertificate",
        "SignV2G20Certificate": "SignCertificate",
        "SignCombinedCertificate": "SignCertificate",
    }
)
_REPORTS: Final = frozenset({"GetBaseReport", "GetReport"})


def asked_for(request: Request) -> str | None:
    """The action a station will send because of this request, or None."""
    if isinstance(request, TriggerMessageRequest):
        trigger = request.requested_message.value
        return _OTHERWISE_NAMED.get(trigger, trigger)
    return "NotifyReport" if request.action in _REPORTS else None
