"""Makes a 2.0.1 station look like a 2.1 station (mapping, chapter 11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.conversion import Unsayable
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp201 import dynamic, wire
from pluglot.dialects.ocpp201.half import Half201
from pluglot.dialects.ocpp201.newer import HOUSE_ANSWERS, refused
from pluglot.dialects.refusals import not_supported


class StationHalf(Half201):
    """The house's view of one 2.0.1 station."""

    label = "ocpp2.0.1 station 1"

    @property
    def asks_only_the_house(self) -> bool:
        """True: what the station says is converted and put to the house."""
        return True

    def inward(self, request: Any, *, now: datetime) -> Translation:  # noqa: ARG002 - nothing depends on the time
        """Translate a request of the station; all of 2.0.1 exists in 2.1."""
        return self.pass_inward(request, strict=False)

    def outward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request for the station."""
        if (translation := self._its_own_way(request, now)) is not None:
            return translation
        if (answer := HOUSE_ANSWERS.get(request.action)) is not None:
            return _answered(answer(request))
        if request.action not in wire.ACTIONS:
            return _answer_only(not_supported(request.action, "OCPP 2.0.1 has no such message"))
        no = _own_words(request)
        return self._asked(request) if no is None else _answer_only(no)

    def _its_own_way(self, request: Any, now: datetime) -> Translation | None:
        """The translation of a request that is more than converted, if it is one."""
        match request:
            case house.ChangeTransactionTariffRequest():
                return self._change_tariff(request)
            case house.ResetRequest():
                return self._reset(request)
            case house.GetInstalledCertificateIdsRequest():
                return self._installed_certificates(request)
        return self._emulated(request, now) if self.policy.emulate_dynamic else None

    def _asked(self, request: Any) -> Translation:
        rows = ITEMWISE.get(request.action)
        return self.pass_outward(request, strict=True) if rows is None else self._itemwise(request, rows)

    def _emulated(self, request: Any, now: datetime) -> Translation | None:
        """The translation of a request about profiles where dynamic ones are emulated (11.2)."""
        match request:
            case house.SetChargingProfileRequest():
                return dynamic.set_charging_profile(self, request, now)
            case house.UpdateDynamicScheduleRequest():
                return dynamic.update_dynamic_schedule(self, request, now)
            case house.ClearChargingProfileRequest():
                return dynamic.clear_charging_profile(self, request)
        return None

    def _change_tariff(self, request: house.ChangeTransactionTariffRequest) -> Translation:
        """Tariffs are new in 2.1; whether the transaction runs the station knows itself (11.2)."""
        # E14.FR.01, E14.FR.03: neither an unknown transaction nor one that has ended is going on.
        answer = yield AskPeer(wire.GetTransactionStatusRequest(transaction_id=request.transaction_id))
        status = house.TariffChangeStatus.REJECTED
        if not isinstance(answer, Refusal) and answer.ongoing_indicator is False:
            status = house.TariffChangeStatus.TX_NOT_FOUND
        return (yield from _answered(refused(status)(request)))

    def _reset(self, request: house.ResetRequest) -> Translation:
        # 11.4: resuming is new in 2.1; ending instead of resuming is only done where the operator allows it.
        if request.type is house.ResetType.IMMEDIATE_AND_RESUME and self.policy.reset_downgrade:
            request = msgspec.structs.replace(request, type=house.ResetType.IMMEDIATE)
        return (yield from self.pass_outward(request, strict=True))

    def _installed_certificates(self, request: house.GetInstalledCertificateIdsRequest) -> Translation:
        """11.4: of a use that 2.0.1 lacks there are no certificates; the others are asked for."""
        asked = request.certificate_type or ()
        known = tuple(use for use in asked if use.value in _USES)
        unknown = tuple(use for use in asked if use.value not in _USES)
        for use in unknown:
            yield Lost((Loss(request.action, "certificateType", use.value, "OCPP 2.0.1 has no such certificate"),))
        if unknown and not known:
            return house.GetInstalledCertificateIdsResponse(status=house.GetInstalledCertificateStatus.NOT_FOUND)
        said = msgspec.structs.replace(request, certificate_type=known or None)
        return (yield from self.pass_outward(said, strict=True))

    def _itemwise(self, request: Any, rows: Itemwise) -> Translation:
        """Ask for the items that can be said; answer the others here, each at its place."""
        items = getattr(request, rows.asked)
        refused = {index: answer for index, item in enumerate(items) if (answer := self._refused_item(item, rows))}
        if not refused:
            return (yield from self.pass_outward(request, strict=True))
        remaining = tuple(item for index, item in enumerate(items) if index not in refused)
        answers: list[Any] = []
        if remaining:
            said = msgspec.structs.replace(request, **{rows.asked: remaining})
            response = yield from self.pass_outward(said, strict=True)
            if isinstance(response, Refusal):
                return response
            answers = list(getattr(response, rows.answered))
        for index, answer in sorted(refused.items()):
            answers.insert(index, answer)
        return house.ACTIONS[request.action].response(**{rows.answered: tuple(answers)})  # type: ignore[misc]

    def _refused_item(self, item: Any, rows: Itemwise) -> Any:
        try:
            self.to_peer(item, rows.wire_item, "", strict=True)
        except Unsayable as unsayable:
            return rows.refuse(item, unsayable)
        return None


class Itemwise(NamedTuple):
    """A request whose items are answered one by one."""

    asked: str
    answered: str
    wire_item: type[msgspec.Struct]
    refuse: Any


def _refused_variable(item: house.SetVariableData, unsayable: Unsayable) -> house.SetVariableResult:
    return house.SetVariableResult(
        attribute_type=item.attribute_type,
        attribute_status=house.SetVariableStatus.REJECTED,
        component=item.component,
        variable=item.variable,
        attribute_status_info=house.StatusInfo(reason_code=unsayable.reason_code),
    )


def _refused_monitor(item: house.SetMonitoringData, unsayable: Unsayable) -> house.SetMonitoringResult:
    return house.SetMonitoringResult(
        status=house.SetMonitoringStatus.UNSUPPORTED_MONITOR_TYPE,
        type=item.type,
        component=item.component,
        variable=item.variable,
        severity=item.severity,
        id=item.id,
        status_info=house.StatusInfo(reason_code=unsayable.reason_code),
    )


#: Requests that are carried out by others, where the operator has it so.
EMULATED: Final = frozenset({"UpdateDynamicSchedule"})

ITEMWISE: Final[Mapping[str, Itemwise]] = {
    "SetVariables": Itemwise("set_variable_data", "set_variable_result", wire.SetVariableData, _refused_variable),
    "SetVariableMonitoring": Itemwise(
        "set_monitoring_data", "set_monitoring_result", wire.SetMonitoringData, _refused_monitor
    ),
}


_USES: Final = frozenset(use.value for use in wire.GetCertificateIdUse)


def _own_words(request: Any) -> Any:
    """The answer of a request whose response has a status for just what 2.0.1 lacks (11.4), if it asks for that."""
    if isinstance(request, house.TriggerMessageRequest):
        if not _is_known(request.requested_message, wire.MessageTrigger):
            return _said_no(request, house.TriggerMessageStatus.NOT_IMPLEMENTED)
    elif isinstance(request, house.SetDisplayMessageRequest):
        if not _is_known(request.message.message.format, wire.MessageFormat):
            return _said_no(request, house.DisplayMessageStatus.NOT_SUPPORTED_MESSAGE_FORMAT)
        if request.message.state is not None and not _is_known(request.message.state, wire.MessageState):
            return _said_no(request, house.DisplayMessageStatus.NOT_SUPPORTED_STATE)
    return None


def _is_known(value: Any, kind: Any) -> bool:
    return value.value in {member.value for member in kind}


def _said_no(request: Any, status: Any) -> Any:
    info = house.StatusInfo(reason_code="UnsupportedParam", additional_info="OCPP 2.0.1 has no word for it")
    response: Any = house.ACTIONS[request.action].response
    return response(status=status, status_info=info)


def _answer_only(answer: Any) -> Translation:
    yield from ()
    return answer


def _answered(answer: Any) -> Translation:
    """The answer for a station that is not asked; what it would have been told is lost."""
    yield Lost((Loss(answer.action, "", "", "OCPP 2.0.1 has no such message"),))
    return answer
