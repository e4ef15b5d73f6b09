"""The local list of a 1.6 station (mapping 6.9, 6.14)."""

from __future__ import annotations

from datetime import datetime

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import LOCAL_LIST_STATUS_TO_HOUSE, UPDATE_TYPE_TO_WIRE
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.refusals import negative

_NO_LIST = -1


def send_local_list(half: StationContext, request: house.SendLocalListRequest, _now: datetime) -> Translation:
    """Replace or change the tags the station knows by heart."""
    kind = house.SendLocalListResponse
    entries, losses = _entries(half, request)
    longest = half.number_setting("SendLocalListMaxLength", 0)
    if request.version_number <= 0:
        return negative(kind, "InvalidValue", "the version of a list is greater than 0")
    if longest and len(entries) > longest:
        return negative(kind, "TooManyElements", f"the station takes {longest} entries")
    if losses:
        yield Lost(tuple(losses))
    answer = yield AskPeer(
        wire.SendLocalListRequest(
            list_version=request.version_number,
            update_type=UPDATE_TYPE_TO_WIRE[request.update_type],
            local_authorization_list=entries or None,
        )
    )
    if half.lacks(answer, request.action):
        return negative(kind, "UnsupportedRequest", "the station has no local list")
    if isinstance(answer, Refusal):
        return answer
    if answer.status is wire.UpdateStatus.ACCEPTED:
        _learn(half, request.update_type, entries)
    if answer.status is wire.UpdateStatus.NOT_SUPPORTED:
        residue = wrapped({"status": answer.status.value}, emit=half.policy.emit_custom_data)
        return negative(kind, "UnsupportedRequest", "the station has no local list", custom_data=residue)
    return kind(status=LOCAL_LIST_STATUS_TO_HOUSE[answer.status])


def _entries(
    half: StationContext, request: house.SendLocalListRequest
) -> tuple[tuple[wire.AuthorizationData, ...], list[Loss]]:
    """The entries as idTags; of two that are the same tag the last one counts."""
    entries: dict[str, wire.AuthorizationData] = {}
    losses: list[Loss] = []
    changes = half.tokens.changes
    for item in request.local_authorization_list or ():
        id_tag, lost = half.tokens.said(item.id_token)
        info = None
        if item.id_token_info is not None:
            info, more = half.id_tag_info(item.id_token_info, request.action)
            lost += more
            if item.id_token_info.evse_id is not None:
                # A 1.6 station lets a token of its list charge at every connector.
                evses = ",".join(str(one) for one in item.id_token_info.evse_id)
                lost += (Loss("", "idTokenInfo.evseId", evses, "an idTagInfo has no such field"),)
        losses += [Loss(request.action, loss.field, loss.value, loss.reason) for loss in lost]
        entries.pop(id_tag.casefold(), None)
        entries[id_tag.casefold()] = wire.AuthorizationData(id_tag=id_tag, id_tag_info=info)
    if half.tokens.changes != changes:
        half.touch()
    return tuple(entries.values()), losses


def _learn(half: StationContext, update: house.UpdateType, entries: tuple[wire.AuthorizationData, ...]) -> None:
    if update is house.UpdateType.FULL:
        half.list_tags = set()
    if half.list_tags is not None:
        for entry in entries:
            if entry.id_tag_info is None:
                half.list_tags.discard(entry.id_tag.casefold())
            else:
                half.list_tags.add(entry.id_tag.casefold())


def get_local_list_version(
    half: StationContext, request: house.GetLocalListVersionRequest, _now: datetime
) -> Translation:
    """Which version of the list the station holds; 0 also where there is none."""
    answer = yield AskPeer(wire.GetLocalListVersionRequest())
    if half.lacks(answer, request.action):
        return house.GetLocalListVersionResponse(version_number=0)
    if isinstance(answer, Refusal):
        return answer
    residue = {"listVersion": answer.list_version} if answer.list_version < 0 else {}
    if answer.list_version < _NO_LIST:
        yield Lost((Loss(request.action, "listVersion", answer.list_version, "no such version exists"),))
    return house.GetLocalListVersionResponse(
        version_number=max(answer.list_version, 0), custom_data=wrapped(residue, emit=half.policy.emit_custom_data)
    )
