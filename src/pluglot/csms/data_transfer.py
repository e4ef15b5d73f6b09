"""Vendor data of stations (block P)."""

from __future__ import annotations

from pluglot.csms.decision import Context, Decision, decided
from pluglot.csms.facts import DataReceived
from pluglot.messages import DataTransferRequest, DataTransferResponse, DataTransferStatus


async def data_transfer(context: Context, request: DataTransferRequest) -> Decision:
    """Keep the data for people to read, and tell the station truthfully that nobody here knows its vendor (P02)."""
    received = DataReceived(
        at=context.now,
        station_id=context.station_id,
        vendor_id=request.vendor_id,
        message_id=request.message_id,
        data=request.data,
    )
    return decided(DataTransferResponse(status=DataTransferStatus.UNKNOWN_VENDOR_ID), received)
