"""BootNotification, Heartbeat, Reset and reports before a 1.6 management system (mapping 5.1, 5.2, 6.13, 6.7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.climb import cut
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.availability import tell_all
from pluglot.dialects.ocpp16.csms.context import CsmsContext, Exposed, Known
from pluglot.dialects.ocpp16.enums import REGISTRATION_STATUS_TO_HOUSE, RESET_STATUS_TO_WIRE
from pluglot.dialects.ocpp16.keys import BY_PLACE
from pluglot.dialects.ocpp16.residue import unwrapped, wrapped

_LONGEST_NAME: Final = 50
_OF_EVSES: Final = frozenset({("EVSE", "PhaseRotation"), ("EVSE", "SupplyPhases"), ("FiscalMetering", "PublicKey")})
_VENDOR_LIMIT: Final = 20
_METER_LIMIT: Final = 25
#: No name of a meter is longer.
_LONGEST_KEPT: Final = 250
#: More variables than this are not remembered.
_MOST_VARIABLES: Final = 5000


def boot_notification(half: CsmsContext, request: house.BootNotificationRequest, now: datetime) -> Translation:
    """The station has started; when it is accepted, the dialect asks it for its inventory once."""
    half.memory.boot = request
    half.touch()
    said, losses = _said(half, request)
    if losses:
        yield Lost(losses)
    answer = yield AskPeer(said)
    if isinstance(answer, Refusal):
        return answer
    response = house.BootNotificationResponse(
        status=REGISTRATION_STATUS_TO_HOUSE[answer.status],
        current_time=answer.current_time,
        interval=max(answer.interval, 0),
    )
    if response.status is not house.RegistrationStatus.ACCEPTED:
        return response
    half.memory.said = {}
    half.memory.missing = []
    # A 1.6 station speaks of its connector 0 itself.
    half.memory.station_due = not unwrapped(request)
    half.touch()
    knows_inventory = half.memory.inventory_known or bool(half.policy.connector_map)
    if knows_inventory and not half.policy.provision_tx_points:
        return response
    if not knows_inventory:
        half.memory.inventory_asked_at = now
    yield Answered(response)
    if half.policy.provision_tx_points:
        yield from _provision()
    if not knows_inventory:
        yield from ask_inventory(half, now)
    return None


def _provision() -> Translation:
    """Have transactions begin and stop where 1.6 expects it (9.2)."""
    asked = house.SetVariablesRequest(
        set_variable_data=tuple(
            house.SetVariableData(
                attribute_value=value,
                component=house.Component(name="TxCtrlr"),
                variable=house.Variable(name=name),
            )
            for name, value in (("TxStartPoint", "PowerPathClosed"), ("TxStopPoint", "EVConnected,Authorized"))
        )
    )
    answer = yield AskHouse(asked)
    refused = isinstance(answer, Refusal) or any(
        result.attribute_status is not house.SetVariableStatus.ACCEPTED for result in answer.set_variable_result
    )
    if refused:
        yield Lost((Loss("SetVariables", "TxStartPoint", "PowerPathClosed", "the station did not take it"),))


def ask_inventory(half: CsmsContext, now: datetime) -> Translation:
    """Ask the station what it has; where it will not tell, connectors are numbered as they are heard of."""
    half.report_id = half.mint_request_id()
    answer = yield AskHouse(
        house.GetBaseReportRequest(request_id=half.report_id, report_base=house.ReportBase.FULL_INVENTORY)
    )
    if isinstance(answer, Refusal) or answer.status is not house.GenericDeviceModelStatus.ACCEPTED:
        half.report_id = None
        half.number_connectors()
        yield from tell_all(half, now)


def _said(
    half: CsmsContext, request: house.BootNotificationRequest
) -> tuple[wire.BootNotificationRequest, tuple[Loss, ...]]:
    station = request.charging_station
    residue = unwrapped(request)
    losses: list[Loss] = []
    vendor = station.vendor_name
    if len(vendor) > _VENDOR_LIMIT:
        losses.append(Loss(request.action, "chargingStation.vendorName", vendor, "cut to 20 characters"))
        vendor = vendor[:_VENDOR_LIMIT]
    box_serial_number = residue.get("chargeBoxSerialNumber")
    serial_number = station.serial_number
    if box_serial_number is not None and serial_number == box_serial_number and "bothSerialNumbers" not in residue:
        serial_number = None
    modem = station.modem or house.Modem()
    said = wire.BootNotificationRequest(
        charge_point_vendor=vendor,
        charge_point_model=station.model,
        charge_point_serial_number=serial_number,
        charge_box_serial_number=box_serial_number,
        firmware_version=station.firmware_version,
        iccid=modem.iccid,
        imsi=modem.imsi,
        meter_type=residue.get("meterType", _of_meter(request, "Model", half.memory.meter_type, losses)),
        meter_serial_number=residue.get(
            "meterSerialNumber", _of_meter(request, "SerialNumber", half.memory.meter_serial_number, losses)
        ),
    )
    if request.reason is not house.BootReason.POWER_UP:
        losses.append(Loss(request.action, "reason", request.reason.value, "1.6 has no boot reason"))
    return said, tuple(losses)


def _of_meter(
    request: house.BootNotificationRequest, variable: str, text: str | None, losses: list[Loss]
) -> str | None:
    """What reports told of the meter, within the limits of 1.6."""
    return cut(request.action, f"FiscalMetering.{variable}", text, _METER_LIMIT, losses)


def heartbeat(_half: CsmsContext, _request: house.HeartbeatRequest, _now: datetime) -> Translation:
    """The station is alive and asks the time."""
    answer = yield AskPeer(wire.HeartbeatRequest())
    if isinstance(answer, Refusal):
        return answer
    return house.HeartbeatResponse(current_time=answer.current_time)


# --- reports the dialect asked for --------------------------------------------------------------------------------


def notify_report(half: CsmsContext, request: house.NotifyReportRequest, now: datetime) -> Translation:
    """Take note of what the station has; 1.6 has no such message, so it goes no further."""
    data = request.report_data or ()
    for entry in data:
        _learn(half, entry)
    complete = not request.tbc
    if complete:
        half.keep_variables()
        half.reports_completed += 1
    if request.request_id != half.report_id:
        return house.NotifyReportResponse()
    if not complete:
        half.memory.unnumbered += [place for place in _connectors(data) if place not in half.memory.unnumbered]
        half.touch()
        return house.NotifyReportResponse()
    half.report_id = None
    half.number_connectors(_connectors(data))
    half.memory.inventory_known = True
    yield Answered(house.NotifyReportResponse())
    yield from tell_all(half, now)
    return None


def _connectors(data: tuple[house.ReportData, ...]) -> Iterator[tuple[int, int]]:
    for entry in data:
        evse = entry.component.evse
        if entry.component.name == "Connector" and evse is not None and evse.connector_id:
            yield evse.id, evse.connector_id


def _learn_of_evse(half: CsmsContext, entry: house.ReportData) -> None:
    """Keep variables of EVSEs that keys of 1.6 speak of, under the component and the number of the EVSE."""
    evse = entry.component.evse
    if evse is None or (entry.component.name, entry.variable.name) not in _OF_EVSES:
        return
    attribute = entry.variable_attribute[0]
    known = Known(attribute.value or "", attribute.mutability, entry.variable_characteristics)
    half.variables[entry.component.name, entry.variable.name, f"@{evse.id}"] = known


def _expose(half: CsmsContext, entry: house.ReportData) -> None:
    """Keep a variable without a key under a name made from its own (8.9)."""
    component, variable = entry.component, entry.variable
    if (component.name, variable.name, variable.instance) in BY_PLACE and component.evse is None:
        return
    name = component.name + (f"[{component.instance}]" if component.instance else "")
    name += f"/{variable.name}" + (f"[{variable.instance}]" if variable.instance else "")
    if component.evse is not None:
        of_connector = "" if component.evse.connector_id is None else f".{component.evse.connector_id}"
        name += f"@{component.evse.id}{of_connector}"
    if len(name) > _LONGEST_NAME or len(half.exposed) >= _MOST_VARIABLES:
        return
    attribute = entry.variable_attribute[0]
    half.exposed[name.casefold()] = Exposed(
        name,
        msgspec.structs.replace(component, custom_data=None),
        msgspec.structs.replace(variable, custom_data=None),
        attribute.value or "",
        attribute.mutability is house.Mutability.READ_ONLY,
    )


def _learn(half: CsmsContext, entry: house.ReportData) -> None:
    _learn_of_evse(half, entry)
    if half.policy.expose_all_variables:
        _expose(half, entry)
    if entry.component.evse is not None or entry.component.instance is not None:
        return
    attribute = next((one for one in entry.variable_attribute if one.type in {None, house.AttributeType.ACTUAL}), None)
    if attribute is None or len(half.variables) >= _MOST_VARIABLES:
        return
    name = entry.component.name, entry.variable.name, entry.variable.instance
    half.variables[name] = Known(attribute.value or "", attribute.mutability, entry.variable_characteristics)
    match name[:2]:
        case ("FiscalMetering", "Model"):
            half.memory.meter_type = (attribute.value or "")[:_LONGEST_KEPT] or None
        case ("FiscalMetering", "SerialNumber"):
            half.memory.meter_serial_number = (attribute.value or "")[:_LONGEST_KEPT] or None


# --- Reset (6.13) -------------------------------------------------------------------------------------------------


def reset(half: CsmsContext, request: wire.ResetRequest, _now: datetime) -> Translation:
    """Restart the station; a 1.6 Soft reset ends running transactions gracefully, as Immediate does in 2.x."""
    type_ = house.ResetType.IMMEDIATE
    busy = any(True for _ in half.open_transactions())
    if request.type is wire.ResetType.SOFT and (half.policy.soft_reset_waits or not busy):
        type_ = house.ResetType.ON_IDLE
    emit = half.policy.emit_custom_data and not half.policy.soft_reset_waits
    marked = wrapped({"type": request.type.value}, emit=emit)
    answer = yield AskHouse(house.ResetRequest(type=type_, custom_data=marked))
    if isinstance(answer, Refusal):
        return answer
    if answer.status is not house.ResetStatus.REJECTED:
        half.memory.last_reset = request.type
        half.touch()
    if answer.status is house.ResetStatus.SCHEDULED:
        yield Lost((Loss("Reset", "status", "Scheduled", "1.6 knows only Accepted"),))
    return wire.ResetResponse(status=RESET_STATUS_TO_WIRE[answer.status])
