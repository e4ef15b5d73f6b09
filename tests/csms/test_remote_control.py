from __future__ import annotations

import pytest

from pluglot.csms import remote_control
from pluglot.messages import EVSE, IdToken, MessageTrigger, OperationalStatus, ResetType


@pytest.mark.requirement("TC_F_01", "TC_F_08")
def test_start_and_stop() -> None:
    """A start names token, remote start id and perhaps EVSE and group; a stop names its transaction."""
    request = remote_control.start("AA", "Central", remote_start_id=7, evse_id=2, group_id_token="G")
    assert (request.id_token, request.remote_start_id, request.evse_id) == (
        IdToken(id_token="AA", type="Central"),
        7,
        2,
    )
    assert request.group_id_token == IdToken(id_token="G", type="Central")
    plain = remote_control.start("AA", "Central", remote_start_id=8)
    assert (plain.evse_id, plain.group_id_token) == (None, None)
    assert remote_control.stop("T1").transaction_id == "T1"


@pytest.mark.requirement("TC_B_20", "TC_B_22", "TC_B_25")
def test_resets() -> None:
    """When idle unless told to be immediate; the station unless an EVSE is named."""
    assert (remote_control.reset().type, remote_control.reset().evse_id) == (ResetType.ON_IDLE, None)
    assert remote_control.reset(immediately=True, evse_id=1).type is ResetType.IMMEDIATE
    assert remote_control.reset(evse_id=1).evse_id == 1


@pytest.mark.requirement("TC_F_06", "TC_F_11", "TC_F_20")
def test_unlock_and_trigger() -> None:
    """A trigger may name the message as on the wire; an unknown one is a mistake of the caller."""
    unlock = remote_control.unlock(2)
    assert (unlock.evse_id, unlock.connector_id) == (2, 1)
    assert remote_control.trigger("Heartbeat").evse is None
    trigger = remote_control.trigger(MessageTrigger.METER_VALUES, evse_id=1)
    assert (trigger.requested_message, trigger.evse) == (MessageTrigger.METER_VALUES, EVSE(id=1))
    with pytest.raises(ValueError, match="Coffee"):
        remote_control.trigger("Coffee")


@pytest.mark.requirement("TC_G_03", "TC_G_05", "TC_G_07")
def test_availability() -> None:
    """The station, an EVSE or a connector, in or out of service."""
    out = remote_control.change_availability(operative=False, evse_id=1, connector_id=2)
    assert (out.operational_status, out.evse) == (OperationalStatus.INOPERATIVE, EVSE(id=1, connector_id=2))
    back = remote_control.change_availability(operative=True)
    assert (back.operational_status, back.evse) == (OperationalStatus.OPERATIVE, None)
