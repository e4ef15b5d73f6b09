"""What may be said before the management system has accepted a station (mapping 13.6)."""

from __future__ import annotations

from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import Refusal
from pluglot.dialects.refusals import negative
from pluglot.messages import RegistrationStatus

#: What a management system may ask of a pending station.
ASKED_OF_PENDING: Final = frozenset({"GetBaseReport", "GetReport", "GetVariables", "SetVariables", "TriggerMessage"})
#: What a pending station may say because it was asked for it, by the request that asks.
_REPORTS: Final = frozenset({"GetBaseReport", "GetReport"})
_NOT_ACCEPTED: Final = "the management system has not accepted the station"
_TRIGGERED: Final = {
    "SignChargingStationCertificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
    "SignV2G20Certificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
}


class Registration:
    """How far a station has come with its management system; unknown until a boot was answered."""

    def __init__(self, status: RegistrationStatus | None = None) -> None:
        self.status = status
        self._asked_for: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Whether everything may be said; whom we have not seen boot, the management system judges itself."""
        return self.status in {None, RegistrationStatus.ACCEPTED}

    def refusal_for_station(self, request: Any) -> Refusal | None:
        """Why a request of the station is not put to the management system, or None."""
        if self.is_open or request.action == "BootNotification":
            return None
        if self.status is RegistrationStatus.PENDING and request.action in self._asked_for:
            return None
        return Refusal("SecurityError", _NOT_ACCEPTED)

    def answer_for_csms(self, request: Any) -> Any:
        """The bridge's own answer to a request that may not reach the station yet, or None when it may."""
        if self.is_open or (self.status is RegistrationStatus.PENDING and request.action in ASKED_OF_PENDING):
            return None
        return declined(request.action, "SecurityError", "CSNotAccepted", _NOT_ACCEPTED)

    def heard(self, request: Any, answer: Any) -> None:
        """Take note of an answered request in either direction."""
        if isinstance(answer, Refusal):
            return
        match request:
            case house.BootNotificationRequest():
                self.status = answer.status
                self._asked_for.clear()
            case house.TriggerMessageRequest():
                asked = request.requested_message.value
                self._asked_for.add(_TRIGGERED.get(asked, asked))
            case _ if request.action in _REPORTS:
                self._asked_for.add("NotifyReport")


def declined(action: str, code: str, reason_code: str, reason: str) -> Any:
    """The answer ``Rejected`` where the response has such a status, else a refusal with this code (13.4, 13.6)."""
    answer = negative(house.ACTIONS[action].response, reason_code, reason)
    status = getattr(answer, "status", None)
    return answer if status is not None and status.value == "Rejected" else Refusal(code, reason)
