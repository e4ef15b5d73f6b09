"""How far an upload or an update of a 1.6 station is, told to the house (mapping 5.10, 5.11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pluglot.dialects.base import AskHouse, Refusal, Translation
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.messages.base import CustomData


def numbered(half: StationContext, request: Any) -> tuple[int | None, CustomData | None]:
    """The number of the request that a message of the security extension is about, and what the house cannot say."""
    half.shows_security_extension()
    residue: dict[str, Any] = {"message": request.action}
    request_id = request.request_id
    if request_id is not None and request_id < 0:
        residue["requestId"], request_id = request_id, None
    return request_id, wrapped(residue, emit=half.policy.emit_custom_data)


def told(said: Any, response: Any, note: Callable[[], None]) -> Translation:
    """Tell the house, and take note of it once the house has heard."""
    answer = yield AskHouse(said)
    if isinstance(answer, Refusal):
        return answer
    note()
    return response
