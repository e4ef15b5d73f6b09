"""What becomes of reservations at a station (block H)."""

from __future__ import annotations

from pluglot.csms.decision import Context, Decision, noted
from pluglot.messages import ReservationStatusUpdateRequest, ReservationStatusUpdateResponse


async def reservation_status_update(context: Context, request: ReservationStatusUpdateRequest) -> Decision:
    """Keep that a reservation expired, was removed or led to no transaction (H01, H04)."""
    detail = f"reservation {request.reservation_id}: {request.reservation_update_status.value}"
    return noted(context, request, ReservationStatusUpdateResponse(), detail=detail)
