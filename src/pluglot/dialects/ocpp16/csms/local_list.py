"""The local list by a 1.6 management system (mapping 6.9, 6.14)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Refusal, Translation
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.enums import LOCAL_LIST_STATUS_TO_WIRE, UPDATE_TYPE_TO_HOUSE
from pluglot.dialects.ocpp16.peer import NOT_KNOWN
from pluglot.dialects.ocpp16.residue import unwrapped
from pluglot.dialects.ocpp16.tokens import info_to_house

_CONTROLLER: Final = "LocalAuthListCtrlr"
_NO_LIST: Final = -1


def send_local_list(half: CsmsContext, request: wire.SendLocalListRequest, _now: datetime) -> Translation:
    """Replace or change the tags the station knows by heart."""
    status = wire.UpdateStatus
    if request.list_version <= 0:
        return wire.SendLocalListResponse(status=status.FAILED)
    entries = tuple(_entry(half, entry) for entry in request.local_authorization_list or ())
    answer = yield AskHouse(
        house.SendLocalListRequest(
            version_number=request.list_version,
            update_type=UPDATE_TYPE_TO_HOUSE[request.update_type],
            local_authorization_list=entries or None,
        )
    )
    if isinstance(answer, Refusal):
        return wire.SendLocalListResponse(status=status.NOT_SUPPORTED) if answer.code in NOT_KNOWN else answer
    said = unwrapped(answer).get("status")
    return wire.SendLocalListResponse(status=LOCAL_LIST_STATUS_TO_WIRE[answer.status] if said is None else status(said))


def _entry(half: CsmsContext, entry: wire.AuthorizationData) -> house.AuthorizationData:
    token = half.tokens.meant(entry.id_tag)
    return house.AuthorizationData(
        id_token=house.IdToken(id_token=token.id_token, type=token.type),
        id_token_info=None if entry.id_tag_info is None else info_to_house(entry.id_tag_info),
    )


def get_local_list_version(half: CsmsContext, _request: wire.GetLocalListVersionRequest, _now: datetime) -> Translation:
    """Which version of the list the station holds; -1 where it has none."""
    answer = yield AskHouse(house.GetLocalListVersionRequest())
    if isinstance(answer, Refusal):
        return wire.GetLocalListVersionResponse(list_version=_NO_LIST) if answer.code in NOT_KNOWN else answer
    version = unwrapped(answer).get("listVersion", answer.version_number)
    if version == 0 and not _has_list(half):
        version = _NO_LIST
    return wire.GetLocalListVersionResponse(list_version=version)


def _has_list(half: CsmsContext) -> bool:
    """Whether the station has a local list that is on, as far as it has told."""
    flags = [half.variables.get((_CONTROLLER, name, None)) for name in ("Available", "Enabled")]
    return all(flag is None or flag.value.casefold() == "true" for flag in flags)
