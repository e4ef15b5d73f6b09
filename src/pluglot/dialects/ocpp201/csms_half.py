"""Makes a 2.0.1 management system look like a 2.1 one (mapping, chapter 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.conversion import plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp201 import wire
from pluglot.dialects.ocpp201.half import Half201
from pluglot.dialects.ocpp201.newer import STATION_ANSWERS
from pluglot.dialects.refusals import not_supported

#: 2.1 stations may report connectors by events, with the same words as statuses.
_STATUSES = {status.value: status for status in house.ConnectorStatus}


class CsmsHalf(Half201):
    """A station's view of one 2.0.1 management system."""

    label = "ocpp2.0.1 csms 1"

    def inward(self, request: Any, *, now: datetime) -> Translation:  # noqa: ARG002 - nothing depends on the time
        """Translate a request of the management system; all of 2.0.1 exists in 2.1."""
        return self.pass_inward(request, strict=True)

    def outward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request of the station for the management system."""
        if request.action in wire.ACTIONS:
            if isinstance(request, house.NotifyEventRequest):
                return self._notify_event(request)
            return self.pass_outward(request, strict=False)
        return self._newer(request, now)

    def _notify_event(self, request: house.NotifyEventRequest) -> Translation:
        """Forward events, and say connector states once more in the way 2.0.1 knows (11.1)."""
        for event in request.event_data:
            evse = event.component.evse
            status = _STATUSES.get(event.actual_value)
            names = event.component.name, event.variable.name
            if names == ("Connector", "AvailabilityState") and evse and evse.connector_id is not None and status:
                said = wire.StatusNotificationRequest(
                    timestamp=event.timestamp,
                    connector_status=status,
                    evse_id=evse.id,
                    connector_id=evse.connector_id,
                )
                answer = yield AskPeer(said)
                if isinstance(answer, Refusal):
                    yield Lost((Loss(said.action, "connectorStatus", status.value, f"not taken: {answer.code}"),))
        return (yield from self.pass_outward(request, strict=False))

    def _newer(self, request: Any, now: datetime) -> Translation:
        answer = STATION_ANSWERS.get(request.action)
        if answer is None:
            return not_supported(request.action, "OCPP 2.0.1 has no such message")
        yield Lost((Loss(request.action, "", plain(request), "OCPP 2.0.1 has no such message"),))
        return answer(request, now)
