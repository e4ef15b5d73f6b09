"""Telling a 1.6 management system how far something is (mapping 5.10, 5.11)."""

from __future__ import annotations

from typing import Any

from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16.residue import unwrapped


def tell(request: Any, said: Any, response: Any) -> Translation:
    """Say a status in 1.6, and show what it cannot say."""
    losses = []
    if said.status.value != request.status.value and not unwrapped(request):
        losses.append(Loss(request.action, "status", request.status.value, f"said as {said.status.value}"))
    if request.status_info is not None:
        losses.append(Loss(request.action, "statusInfo", request.status_info.reason_code, "1.6 has no such field"))
    if losses:
        yield Lost(tuple(losses))
    answer = yield AskPeer(said)
    return answer if isinstance(answer, Refusal) else response
