"""What a newer station is answered for a 1.6 management system, row by row (mapping 10.2)."""

from __future__ import annotations

from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import Refusal
from tests.bridge.rows_to_stations import CERTIFICATE, HASH
from tests.bridge.scene import TOKEN, Before, Row, Scene

AT: Final = "2026-03-14T09:05:00Z"
SIGNING_REQUEST: Final = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"
NEWEST: Final = ("2.0", "2.0.1")
#: 2.0 demands chains in the answer about a vehicle's certificate; an empty one says that there is none.
NO_CHAINS: Final = {
    "saProvisioningCertificateChain": {"certificate": ""},
    "contractSignatureCertificateChain": {"certificate": ""},
}
SHOWN: Final = {"id": 1, "priority": "NormalCycle", "message": {"format": "UTF8", "content": "hello"}}
MONITOR: Final = {
    "component": {"name": "TxCtrlr"},
    "variable": {"name": "EVConnectionTimeOut"},
    "variableMonitoring": [
        {
            "id": 1,
            "transaction": False,
            "value": 1,
            "type": "UpperThreshold",
            "severity": 1,
            "eventNotificationType": "CustomMonitor",
        }
    ],
}
OCSP: Final = {**HASH, "responderURL": "https://ocsp.example.com"}


def event(component: str, variable: str, value: str, **more: Any) -> dict[str, Any]:
    """An event of EVSE 1."""
    item = {
        "eventId": 1,
        "timestamp": AT,
        "trigger": "Alerting",
        "actualValue": value,
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": component, "evse": {"id": 1, "connectorId": 1}},
        "variable": {"name": variable},
        **more,
    }
    return {"generatedAt": AT, "seqNo": 0, "tbc": False, "eventData": [item]}


async def has_no_extensions(scene: Scene) -> None:
    """The management system has neither the security extension nor plug and charge."""
    for action in ("SecurityEventNotification", "SignCertificate", "DataTransfer"):
        scene.csms.answers[action] = Refusal("NotImplemented", action)


async def has_the_security_extension(scene: Scene) -> None:
    """The management system has the security extension."""
    scene.csms.answers["SignCertificate"] = {"status": "Accepted"}


def wraps(answer: str) -> Before:
    """The station's key for plug and charge is on, and the management system answers wrapped messages with this."""

    async def before(scene: Scene) -> None:
        scene.csms.answers["DataTransfer"] = {"status": "Accepted", "data": answer}
        report = {
            "requestId": 1,
            "generatedAt": AT,
            "seqNo": 0,
            "tbc": False,
            "reportData": [variable("PnCEnabled", "true")],
        }
        await scene.tells("NotifyReport", report)

    return before


def variable(name: str, value: str) -> dict[str, Any]:
    """A variable of ISO 15118 in a report."""
    return {
        "component": {"name": "ISO15118Ctrlr"},
        "variable": {"name": name},
        "variableAttribute": [{"type": "Actual", "value": value, "mutability": "ReadWrite"}],
        "variableCharacteristics": {"dataType": "boolean", "supportsMonitoring": False},
    }


async def is_reserved(scene: Scene) -> None:
    """The management system reserved connector 1, and the station said so."""
    await knows_connector(scene)
    scene.thoughts["ReserveNow"] = lambda _: _reserved()
    answer = await scene.asks_16(
        "ReserveNow", connectorId=1, expiryDate="2026-03-14T12:00:00Z", idTag="DRIVER", reservationId=9
    )
    assert answer.status.value == "Accepted"
    await tells_status(scene, "Reserved")


async def knows_connector(scene: Scene) -> None:
    """The station told of its connector."""
    await tells_status(scene, "Available")


async def tells_status(scene: Scene, status: str) -> None:
    """A status of the only connector."""
    await scene.tells("StatusNotification", {"timestamp": AT, "connectorStatus": status, "evseId": 1, "connectorId": 1})


def _reserved() -> Any:
    return house.ReserveNowResponse(status=house.ReserveNowStatus.ACCEPTED)


ROWS: Final = (
    Row(
        "NotifyReport",
        "NotifyReport",
        {},
        {"requestId": 1, "generatedAt": AT, "seqNo": 0, "tbc": False, "reportData": [variable("Enabled", "true")]},
    ),
    Row(
        "NotifyMonitoringReport",
        "NotifyMonitoringReport",
        {},
        {"requestId": 1, "generatedAt": AT, "seqNo": 0, "tbc": False, "monitor": [MONITOR]},
        lost=("NotifyMonitoringReport.",),
    ),
    Row(
        "ReportChargingProfiles",
        "ReportChargingProfiles",
        {},
        {
            "requestId": 1,
            "chargingLimitSource": "CSO",
            "evseId": 1,
            "tbc": False,
            "chargingProfile": [
                {
                    "id": 5,
                    "stackLevel": 1,
                    "chargingProfilePurpose": "TxDefaultProfile",
                    "chargingProfileKind": "Relative",
                    "chargingSchedule": [
                        {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]}
                    ],
                }
            ],
        },
        lost=("ReportChargingProfiles.",),
    ),
    Row(
        "NotifyCustomerInformation",
        "NotifyCustomerInformation",
        {},
        {"requestId": 1, "generatedAt": AT, "seqNo": 0, "data": "all there is"},
        lost=("NotifyCustomerInformation.",),
    ),
    Row(
        "NotifyDisplayMessages",
        "NotifyDisplayMessages",
        {},
        {"requestId": 1, "messageInfo": [SHOWN]},
        lost=("NotifyDisplayMessages.",),
    ),
    Row(
        "NotifyEvent of a problem",
        "NotifyEvent",
        {},
        event("RCD", "Tripped", "true", techCode="GroundFailure"),
        knows_connector,
        far=("StatusNotification",),
    ),
    Row(
        "NotifyEvent of a connector's state",
        "NotifyEvent",
        {},
        event("Connector", "AvailabilityState", "Unavailable"),
        knows_connector,
        # Of the connector, and of connector 0: with its only connector the station is unavailable (5.4.2).
        far=("StatusNotification", "StatusNotification"),
    ),
    Row(
        "NotifyEvent of anything else",
        "NotifyEvent",
        {},
        event("FanCtrlr", "Speed", "900"),
        knows_connector,
        lost=("NotifyEvent.eventData[0]",),
    ),
    Row(
        "ReservationStatusUpdate",
        "ReservationStatusUpdate",
        {},
        {"reservationId": 9, "reservationUpdateStatus": "Expired"},
        is_reserved,
        far=("StatusNotification",),
        lost=("ReservationStatusUpdate.",),
    ),
    Row(
        "NotifyChargingLimit",
        "NotifyChargingLimit",
        {},
        {"chargingLimit": {"chargingLimitSource": "EMS", "isGridCritical": False}},
        lost=("NotifyChargingLimit.",),
    ),
    Row(
        "ClearedChargingLimit",
        "ClearedChargingLimit",
        {},
        {"chargingLimitSource": "EMS", "evseId": 1},
        lost=("ClearedChargingLimit.",),
    ),
    Row(
        "NotifyEVChargingNeeds",
        "NotifyEVChargingNeeds",
        {"status": "NoChargingProfile"},
        {
            "evseId": 1,
            "chargingNeeds": {
                "requestedEnergyTransfer": "AC_three_phase",
                "acChargingParameters": {
                    "energyAmount": 5000,
                    "evMinCurrent": 6,
                    "evMaxCurrent": 16,
                    "evMaxVoltage": 400,
                },
            },
        },
        otherwise={"2.0": {"status": "Rejected"}, "2.0.1": {"status": "Rejected"}},
        lost=("NotifyEVChargingNeeds.",),
        lost_otherwise=dict.fromkeys(NEWEST, ("NotifyEVChargingNeeds.", "NotifyEVChargingNeeds.status")),
    ),
    Row(
        "NotifyEVChargingSchedule",
        "NotifyEVChargingSchedule",
        {"status": "Accepted"},
        {
            "timeBase": AT,
            "evseId": 1,
            "chargingSchedule": {
                "id": 1,
                "chargingRateUnit": "W",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 7000}],
            },
        },
        lost=("NotifyEVChargingSchedule.",),
    ),
    Row(
        "PublishFirmwareStatusNotification",
        "PublishFirmwareStatusNotification",
        {},
        {"status": "Downloaded", "requestId": 4},
        lost=("PublishFirmwareStatusNotification.",),
    ),
    Row(
        "SecurityEventNotification with the extension",
        "SecurityEventNotification",
        {},
        {"type": "TamperDetectionActivated", "timestamp": AT},
        far=("SecurityEventNotification",),
    ),
    Row(
        "SecurityEventNotification without it",
        "SecurityEventNotification",
        {},
        {"type": "TamperDetectionActivated", "timestamp": AT},
        has_no_extensions,
        far=("SecurityEventNotification",),
        lost=("SecurityEventNotification.type",),
    ),
    Row(
        "SignCertificate with the extension",
        "SignCertificate",
        {"status": "Accepted"},
        {"csr": SIGNING_REQUEST, "certificateType": "ChargingStationCertificate"},
        has_the_security_extension,
        far=("SignCertificate",),
    ),
    Row(
        "SignCertificate without it",
        "SignCertificate",
        {"status": "Rejected"},
        {"csr": SIGNING_REQUEST, "certificateType": "ChargingStationCertificate"},
        has_no_extensions,
        far=("SignCertificate",),
        lost=("SignCertificate.csr",),
    ),
    Row(
        "SignCertificate of V2G",
        "SignCertificate",
        {"status": "Rejected"},
        {"csr": SIGNING_REQUEST, "certificateType": "V2GCertificate"},
        has_no_extensions,
        lost=("SignCertificate.",),
    ),
    Row(
        "Get15118EVCertificate with plug and charge",
        "Get15118EVCertificate",
        {"status": "Accepted", "exiResponse": "RXhp"},
        {"iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef", "action": "Install", "exiRequest": "RXhp"},
        wraps('{"status":"Accepted","exiResponse":"RXhp"}'),
        otherwise={"2.0": {"status": "Accepted", "exiResponse": "RXhp", **NO_CHAINS}},
        far=("DataTransfer",),
    ),
    Row(
        "Get15118EVCertificate without",
        "Get15118EVCertificate",
        {"status": "Failed", "exiResponse": ""},
        {"iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef", "action": "Install", "exiRequest": "RXhp"},
        has_no_extensions,
        otherwise={"2.0": {"status": "Failed", "exiResponse": "", **NO_CHAINS}},
        lost=("Get15118EVCertificate.",),
    ),
    Row(
        "GetCertificateStatus with plug and charge",
        "GetCertificateStatus",
        {"status": "Accepted", "ocspResult": "T2NzcA=="},
        {"ocspRequestData": OCSP},
        wraps('{"status":"Accepted","ocspResult":"T2NzcA=="}'),
        far=("DataTransfer",),
    ),
    Row(
        "GetCertificateStatus without",
        "GetCertificateStatus",
        {"status": "Failed"},
        {"ocspRequestData": OCSP},
        has_no_extensions,
        otherwise={"2.0": {"status": "Rejected"}},  # its word for Failed
        lost=("GetCertificateStatus.",),
    ),
    Row(
        "GetCertificateChainStatus",
        "GetCertificateChainStatus",
        {
            "certificateStatus": [
                {
                    "certificateHashData": HASH,
                    "source": "OCSP",
                    "status": "Failed",
                    "nextUpdate": "2026-03-14T10:00:00Z",
                }
            ]
        },
        {
            "certificateStatusRequests": [
                {"certificateHashData": HASH, "source": "OCSP", "urls": ["https://o.example.com"]}
            ]
        },
        lost=("GetCertificateChainStatus.",),
    ),
    Row(
        "Authorize with certificate data",
        "Authorize",
        {"idTokenInfo": {"status": "Accepted"}, "certificateStatus": "NoCertificateAvailable"},
        {"idToken": {**TOKEN, "type": "eMAID"}, "certificate": CERTIFICATE},
        far=("Authorize",),
        lost=("Authorize.certificate",),
        never=("2.0",),
    ),
    *(
        Row(action, action, {}, lost=(f"{action}.",))
        for action in (
            *("NotifyPriorityCharging", "NotifyDERAlarm", "NotifyDERStartStop", "ReportDERControl", "BatterySwap"),
            *("NotifySettlement", "ClosePeriodicEventStream"),
        )
    ),
    Row(
        "OpenPeriodicEventStream", "OpenPeriodicEventStream", {"status": "Rejected"}, lost=("OpenPeriodicEventStream.",)
    ),
    Row("NotifyPeriodicEventStream", "NotifyPeriodicEventStream", None, lost=("NotifyPeriodicEventStream.",)),
    Row(
        "PullDynamicScheduleUpdate",
        "PullDynamicScheduleUpdate",
        {"status": "Rejected"},
        lost=("PullDynamicScheduleUpdate.",),
    ),
    Row(
        "VatNumberValidation",
        "VatNumberValidation",
        {"status": "Rejected", "vatNumber": "NL1"},
        {"vatNumber": "NL1"},
        lost=("VatNumberValidation.",),
    ),
)
