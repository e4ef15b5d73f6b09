"""Settlements and VAT numbers that payment terminals report (block C, C18 to C25)."""

from __future__ import annotations

from pluglot.csms.decision import Context, Decision, noted, reason
from pluglot.messages import (
    GenericStatus,
    NotifySettlementRequest,
    NotifySettlementResponse,
    PaymentStatus,
    VatNumberValidationRequest,
    VatNumberValidationResponse,
)

_BAD = frozenset({PaymentStatus.FAILED, PaymentStatus.REJECTED})


async def notify_settlement(context: Context, request: NotifySettlementRequest) -> Decision:
    """Keep what a terminal settled; receipts are the terminal's, so none is named (C21)."""
    severity = "warning" if request.status in _BAD else "info"
    return noted(context, request, NotifySettlementResponse(), severity=severity, at=request.settlement_time)


async def vat_number_validation(context: Context, request: VatNumberValidationRequest) -> Decision:
    """Refuse a VAT number: nobody here can check it, and an unchecked one must not reach a bill (C19)."""
    refusal = reason("NotEnabled", "VAT numbers are not checked here.")
    response = VatNumberValidationResponse(
        vat_number=request.vat_number, status=GenericStatus.REJECTED, status_info=refusal, evse_id=request.evse_id
    )
    return noted(context, request, response)
