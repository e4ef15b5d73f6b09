"""Commands as an operator gives them, made into requests (blocks B, F and G)."""

from __future__ import annotations

from pluglot.messages import (
    EVSE,
    ChangeAvailabilityRequest,
    IdToken,
    MessageTrigger,
    OperationalStatus,
    RequestStartTransactionRequest,
    RequestStopTransactionRequest,
    ResetRequest,
    ResetType,
    TriggerMessageRequest,
    UnlockConnectorRequest,
)


def start(
    id_token: str, type_: str, *, remote_start_id: int, evse_id: int | None = None, group_id_token: str | None = None
) -> RequestStartTransactionRequest:
    """Start charging for a token (F01, F02); the caller gives a remote start id that was never used before."""
    return RequestStartTransactionRequest(
        id_token=IdToken(id_token=id_token, type=type_),
        remote_start_id=remote_start_id,
        evse_id=evse_id,
        group_id_token=IdToken(id_token=group_id_token, type="Central") if group_id_token else None,
    )


def stop(transaction_id: str) -> RequestStopTransactionRequest:
    """Stop a transaction (F03)."""
    return RequestStopTransactionRequest(transaction_id=transaction_id)


def reset(*, immediately: bool = False, evse_id: int | None = None) -> ResetRequest:
    """Restart a station, or one EVSE: at once, or when nothing is charging (B11, B12)."""
    return ResetRequest(type=ResetType.IMMEDIATE if immediately else ResetType.ON_IDLE, evse_id=evse_id)


def unlock(evse_id: int, connector_id: int = 1) -> UnlockConnectorRequest:
    """Free a cable (F05)."""
    return UnlockConnectorRequest(evse_id=evse_id, connector_id=connector_id)


def trigger(
    message: MessageTrigger | str, *, evse_id: int | None = None, connector_id: int | None = None
) -> TriggerMessageRequest:
    """Ask a station to send a message now (F06)."""
    return TriggerMessageRequest(requested_message=MessageTrigger(message), evse=_evse(evse_id, connector_id))


def change_availability(
    *, operative: bool, evse_id: int | None = None, connector_id: int | None = None
) -> ChangeAvailabilityRequest:
    """Put a station, an EVSE or a connector into or out of service (G03, G04)."""
    status = OperationalStatus.OPERATIVE if operative else OperationalStatus.INOPERATIVE
    return ChangeAvailabilityRequest(operational_status=status, evse=_evse(evse_id, connector_id))


def _evse(evse_id: int | None, connector_id: int | None) -> EVSE | None:
    return None if evse_id is None else EVSE(id=evse_id, connector_id=connector_id)
