"""Variables: reading them, changing them, and reporting all or some of them (B05 to B08)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    AttributeType,
    Component,
    ComponentCriterion,
    ComponentVariable,
    GenericDeviceModelStatus,
    GetBaseReportRequest,
    GetBaseReportResponse,
    GetReportRequest,
    GetReportResponse,
    GetVariableData,
    GetVariableResult,
    GetVariablesRequest,
    GetVariablesResponse,
    GetVariableStatus,
    Mutability,
    NotifyReportRequest,
    ReportBase,
    ReportData,
    SetVariableData,
    SetVariableResult,
    SetVariablesRequest,
    SetVariablesResponse,
    SetVariableStatus,
    StatusInfo,
)
from pluglot.station.device_model import (
    ComponentKey,
    Stored,
    component_key,
    normalized,
    refusal_of,
    reports_of,
    variable_key,
)
from pluglot.station.events import PasswordChanged, SettingChanged, SettingQuestioned
from pluglot.station.outbox import Lane, Outbox
from pluglot.station.state import Core

#: The variables WS-14 compares.
_RETRY_AND_PING: Final = frozenset({"websocketpinginterval", "messageattempts", "messageattemptinterval"})
#: What a summary tells: what is there, and what is wrong with it (B07.FR.09).
_SUMMARY: Final = frozenset({"availabilitystate", "available", "problem"})


class Variables:
    """Answers the CSMS about the device model and keeps what it changes."""

    def __init__(self, core: Core, outbox: Outbox) -> None:
        self._core = core
        self._outbox = outbox
        model = core.model
        model.restore(core.durable.keep("variables", dict[str, str], model.changed_values) or {})

    @property
    def password(self) -> str | None:
        """The password the CSMS set for HTTP Basic, or None while it has set none."""
        return self._core.model.text("SecurityCtrlr", "BasicAuthPassword") or None

    # ---- reading

    def get(self, request: GetVariablesRequest, now: datetime) -> GetVariablesResponse | Refusal:
        """Give the values asked for, one result for each question (B06)."""
        if refusal := self._too_many(len(request.get_variable_data), "GetVariables"):
            return refusal
        self._set_clock(now)
        return GetVariablesResponse(get_variable_result=tuple(self._get(data) for data in request.get_variable_data))

    def _too_many(self, items: int, message: str) -> Refusal | None:
        limit = self._core.model.number("DeviceDataCtrlr", "ItemsPerMessage", message)
        return Refusal("OccurrenceConstraintViolation", f"at most {limit} items") if items > limit else None

    def _set_clock(self, now: datetime) -> None:
        clock = self._core.model.find("ClockCtrlr", "DateTime")
        if clock is not None:
            clock.write(now.isoformat(timespec="milliseconds").replace("+00:00", "Z"))

    def _get(self, data: GetVariableData) -> GetVariableResult:
        status, value = self._look_up(data)
        return GetVariableResult(
            attribute_status=status,
            component=data.component,
            variable=data.variable,
            attribute_type=data.attribute_type or AttributeType.ACTUAL,  # B06.FR.11
            attribute_value=value,
        )

    def _look_up(self, data: GetVariableData) -> tuple[GetVariableStatus, str | None]:
        variables = self._core.model.of_component(component_key(data.component))
        if variables is None:
            return GetVariableStatus.UNKNOWN_COMPONENT, None
        stored = variables.get(variable_key(data.variable))
        if stored is None:
            return GetVariableStatus.UNKNOWN_VARIABLE, None
        if data.attribute_type not in (None, AttributeType.ACTUAL):
            return GetVariableStatus.NOT_SUPPORTED_ATTRIBUTE_TYPE, None
        if stored.row.mutability is Mutability.WRITE_ONLY:
            return GetVariableStatus.REJECTED, None  # B06.FR.09
        return GetVariableStatus.ACCEPTED, stored.read()[:2500]

    # ---- changing

    def set(self, request: SetVariablesRequest, now: datetime) -> SetVariablesResponse | Refusal:
        """Change what can be changed, one result for each wish (B05)."""
        if refusal := self._too_many(len(request.set_variable_data), "SetVariables"):
            return refusal
        return SetVariablesResponse(
            set_variable_result=tuple(self._set(data, now) for data in request.set_variable_data)
        )

    def _set(self, data: SetVariableData, now: datetime) -> SetVariableResult:
        status, info = self._try_to_set(data, now)
        return SetVariableResult(
            attribute_status=status,
            component=data.component,
            variable=data.variable,
            attribute_type=data.attribute_type or AttributeType.ACTUAL,  # B05.FR.12
            attribute_status_info=info,
        )

    def _try_to_set(self, data: SetVariableData, now: datetime) -> tuple[SetVariableStatus, StatusInfo | None]:
        variables = self._core.model.of_component(component_key(data.component))
        if variables is None:
            return SetVariableStatus.UNKNOWN_COMPONENT, None
        stored = variables.get(variable_key(data.variable))
        if stored is None:
            return SetVariableStatus.UNKNOWN_VARIABLE, None
        if data.attribute_type not in (None, AttributeType.ACTUAL):
            return SetVariableStatus.NOT_SUPPORTED_ATTRIBUTE_TYPE, None
        if stored.row.mutability is Mutability.READ_ONLY:
            return SetVariableStatus.REJECTED, StatusInfo(reason_code="ReadOnly")
        if problem := refusal_of(stored.row, data.attribute_value):
            return SetVariableStatus.REJECTED, StatusInfo(reason_code="InvalidValue", additional_info=problem[:1024])
        self._change(stored, normalized(stored.row, data.attribute_value), now)
        return SetVariableStatus.ACCEPTED, None

    def _change(self, stored: Stored, value: str, now: datetime) -> None:
        row = stored.row
        stored.write(value)
        self._core.durable.touch("variables")
        if row.variable == "BasicAuthPassword":
            self._core.tell(PasswordChanged(at=now, password=value))  # A01.FR.12: told nowhere else
            return
        self._core.tell(
            SettingChanged(at=now, component=row.component, variable=row.variable, instance=row.instance, value=value)
        )
        if row.variable.lower() in _RETRY_AND_PING:
            self.question_ping_interval(now)

    def change_quietly(self, component: str, variable: str, value: int, now: datetime) -> None:
        """Take over a value the CSMS gave in another message, within the bounds of the variable."""
        stored = self._core.model.find(component, variable)
        if stored is None:
            return
        row = stored.row
        bounded = max(row.minimum or 0, min(value, value if row.maximum is None else row.maximum))
        if stored.read() != str(bounded):
            self._change(stored, str(bounded), now)

    def question_ping_interval(self, now: datetime) -> None:
        """WS-14: warn when a dead link would be noticed only after a transaction message was given up."""
        model = self._core.model
        ping = model.number("OCPPCommCtrlr", "WebSocketPingInterval")
        attempts = model.number("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent")
        interval = model.number("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent")
        if ping and ping >= attempts * interval:
            reason = (
                f"WebSocketPingInterval ({ping} s) should be less than MessageAttempts x MessageAttemptInterval "
                f"({attempts} x {interval} s): transaction messages may be given up before a dead link is noticed"
            )
            self._core.tell(
                SettingQuestioned(at=now, component="OCPPCommCtrlr", variable="WebSocketPingInterval", reason=reason)
            )

    # ---- reporting

    def get_base_report(self, request: GetBaseReportRequest, now: datetime) -> GetBaseReportResponse:
        """Promise an inventory; its parts follow after the answer (B07, RPC-16)."""
        self._set_clock(now)
        wanted = _BASES[request.report_base]
        self._report(request.request_id, reports_of(s for s in self._core.model if wanted(s)), now)
        return GetBaseReportResponse(status=GenericDeviceModelStatus.ACCEPTED)

    def get_report(self, request: GetReportRequest, now: datetime) -> GetReportResponse | Refusal:
        """Promise a report of some components and variables (B08)."""
        asked = request.component_variable or ()
        if refusal := self._too_many(len(asked), "GetReport"):
            return refusal
        self._set_clock(now)
        found = [
            stored
            for stored in self._core.model
            if (not asked or any(_is_meant(one, stored) for one in asked))
            and self._meets(stored.component_key, request.component_criteria or ())
        ]
        if not found:
            return GetReportResponse(status=GenericDeviceModelStatus.EMPTY_RESULT_SET)  # B08.FR.15
        self._report(request.request_id, reports_of(found), now)
        return GetReportResponse(status=GenericDeviceModelStatus.ACCEPTED)

    def _meets(self, key: ComponentKey, criteria: Iterable[ComponentCriterion]) -> bool:
        """Whether a component meets one of the criteria; a variable it does not have counts as true, save Problem."""
        variables = self._core.model.of_component(key) or {}
        wanted = list(criteria)
        if not wanted:
            return True
        for criterion in wanted:
            stored = variables.get((criterion.value.lower(), None))
            missing = criterion is not ComponentCriterion.PROBLEM
            if stored.read() == "true" if stored is not None else missing:
                return True
        return False

    def _report(self, request_id: int, lines: list[ReportData], now: datetime) -> None:
        size = self._core.settings.report_items_per_message
        parts = [lines[start : start + size] for start in range(0, len(lines), size)]
        for seq_no, part in enumerate(parts):
            self._outbox.put(
                Lane.REQUESTED,
                NotifyReportRequest(
                    request_id=request_id,
                    generated_at=now,
                    seq_no=seq_no,
                    tbc=seq_no + 1 < len(parts),
                    report_data=tuple(part),
                ),
                now,
            )


def _is_meant(asked: ComponentVariable, stored: Stored) -> bool:
    return _is_component(asked.component, stored.component_key) and (
        asked.variable is None
        or (
            asked.variable.name.lower() == stored.variable_key[0]
            and (not asked.variable.instance or asked.variable.instance.lower() == stored.variable_key[1])
        )
    )


def _is_component(asked: Component, key: ComponentKey) -> bool:
    """B08.FR.22 to FR.25: what the question leaves out may be anything."""
    name, instance, evse_id, connector_id = component_key(asked)
    return (
        name == key[0] and instance in (None, key[1]) and evse_id in (None, key[2]) and connector_id in (None, key[3])
    )


_BASES: Final[dict[ReportBase, Callable[[Stored], bool]]] = {
    ReportBase.CONFIGURATION_INVENTORY: lambda stored: stored.row.mutability is not Mutability.READ_ONLY,
    ReportBase.FULL_INVENTORY: lambda _stored: True,
    ReportBase.SUMMARY_INVENTORY: lambda stored: stored.row.variable.lower() in _SUMMARY,
}
