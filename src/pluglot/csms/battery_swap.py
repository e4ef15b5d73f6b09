"""Batteries that come and go at swap stations (block S)."""

from __future__ import annotations

from pluglot.csms.decision import Context, Decision, noted
from pluglot.messages import BatterySwapRequest, BatterySwapResponse


async def battery_swap(context: Context, request: BatterySwapRequest) -> Decision:
    """Keep which battery went in or out (S01, S02)."""
    return noted(context, request, BatterySwapResponse(), detail=request.event_type.value)
