"""Makes a 2.0 management system look like a 2.1 one, by way of 2.0.1."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from pluglot.dialects.base import Lost, Refusal, Translation
from pluglot.dialects.conversion import Unsayable, plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp20 import wire
from pluglot.dialects.ocpp20.half import Half20, noted
from pluglot.dialects.ocpp20.schedules import proposed_profile, schedule_down
from pluglot.dialects.ocpp20.station_half import CERTIFICATE_USES
from pluglot.dialects.ocpp201 import csms_half
from pluglot.dialects.ocpp201 import wire as newer
from pluglot.messages import CertificateAction, GetInstalledCertificateStatus, TransactionEvent

#: Request with an id -> the status that must name it in 2.0, although 2.0.1 may leave it out.
_REPORTED_BY: Final[Mapping[str, str]] = {
    "GetLog": "LogStatusNotification",
    "UpdateFirmware": "FirmwareStatusNotification",
}
#: Requests of 2.0 that no later version has a message for.
REFUSED: Final = frozenset({"Renegotiate15118Schedule"})
_REPORTING: Final = frozenset(_REPORTED_BY.values())
_NEWER_USES: Final = {old: new for new, old in CERTIFICATE_USES.items()}


class CsmsHalf(Half20):
    """A station's view of one 2.0 management system."""

    label = "ocpp2.0 csms 1"
    newer_half = csms_half.CsmsHalf
    strict_outward = False

    # --- from the management system -------------------------------------------------------------------------------

    def inward(self, request: Any, *, now: datetime) -> Translation:
        """Translate a request of the management system."""
        reported = _REPORTED_BY.get(request.action)
        if reported is not None:
            self.remember(reported, request.request_id)
        match request:
            case wire.NotifyCentralChargingNeedsRequest():
                return (yield from self._proposed_schedules(request, now))
            case wire.Renegotiate15118ScheduleRequest():
                yield Lost((Loss(request.action, "", plain(request), "OCPP 2.0.1 has no such message"),))
                return wire.Renegotiate15118ScheduleResponse(status=wire.Renegotiate15118ScheduleStatus.REJECTED)
            case wire.GetInstalledCertificateIdsRequest():
                return (yield from self._installed_certificates(request, now))
        return (yield from super().inward(request, now=now))

    def answer_down(self, answer: Any, request: Any) -> tuple[Any, tuple[Loss, ...]]:
        """A 2.0.1 answer as the 2.0 answer to this request."""
        if isinstance(request, wire.GetCompositeScheduleRequest):
            told = () if answer.status_info is None else (self._no_reason(request.action, answer.status_info),)
            return schedule_down(answer, request), told
        return super().answer_down(answer, request)

    @staticmethod
    def _no_reason(action: str, info: Any) -> Loss:
        return Loss(action, "statusInfo", plain(info), "the other version has no such field")

    def _proposed_schedules(self, request: wire.NotifyCentralChargingNeedsRequest, now: datetime) -> Translation:
        """2.0.1 proposes schedules to a vehicle by a profile for the transaction that runs on its EVSE."""
        rejected = wire.NotifyCentralChargingNeedsResponse(status=wire.NotifyCentralChargingNeedsStatus.REJECTED)
        transaction_id = self.memory.transactions.get(request.evse_id)
        if transaction_id is None:
            yield Lost((Loss(request.action, "evseId", request.evse_id, "no transaction is known there"),))
            return rejected
        losses: list[Loss] = []

        def tariff(said: wire.SalesTariff) -> newer.SalesTariff:
            meant, lost = self.up(said, newer.SalesTariff, request.action, strict=False)
            losses.extend(lost)
            return meant  # type: ignore[no-any-return]

        try:
            asked = proposed_profile(request, transaction_id, now, tariff)
        except Unsayable as unsayable:
            yield Lost((Loss(request.action, unsayable.field, plain(unsayable.value), unsayable.reason_code),))
            return rejected
        yield from noted((asked, tuple(losses)))
        answer = yield from self.carried(self.newer.inward(asked, now=now), now)
        if isinstance(answer, Refusal):
            return answer
        if answer.status_info is not None:
            yield Lost((self._no_reason(request.action, answer.status_info),))
        return wire.NotifyCentralChargingNeedsResponse(
            status=wire.NotifyCentralChargingNeedsStatus(answer.status.value)
        )

    def _installed_certificates(self, request: wire.GetInstalledCertificateIdsRequest, now: datetime) -> Translation:
        """Answer with the certificates of the one kind that was asked for, without those above them."""
        use = _NEWER_USES.get(request.type_of_certificate)
        if use is None:
            yield Lost((Loss(request.action, "typeOfCertificate", request.type_of_certificate.value, "InvalidValue"),))
            return wire.GetInstalledCertificateIdsResponse(status=GetInstalledCertificateStatus.NOT_FOUND)
        asked = newer.GetInstalledCertificateIdsRequest(certificate_type=(use,))
        answer = yield from self.carried(self.newer.inward(asked, now=now), now)
        if isinstance(answer, Refusal):
            return answer
        hashes: list[wire.CertificateHashData] = []
        for index, chain in enumerate(answer.certificate_hash_data_chain or ()):
            place = f"certificateHashDataChain[{index}]"
            if chain.child_certificate_hash_data:
                left = plain(chain.child_certificate_hash_data)
                yield Lost((Loss(request.action, place, left, "the other version has no such field"),))
            try:
                said = self.down(chain.certificate_hash_data, wire.CertificateHashData, request.action, strict=False)
            except Unsayable as unsayable:
                yield Lost((Loss(request.action, place, plain(unsayable.value), unsayable.reason_code),))
                continue
            yield from noted(said)
            hashes.append(said[0])
        status = (
            answer.status
            if hashes or not answer.certificate_hash_data_chain
            else (GetInstalledCertificateStatus.NOT_FOUND)
        )
        return wire.GetInstalledCertificateIdsResponse(status=status, certificate_hash_data=tuple(hashes) or None)

    # --- to the management system ---------------------------------------------------------------------------------

    def ask_peer(self, request: Any, now: datetime) -> Translation:
        """Tell or ask the management system what a 2.0.1 request says."""
        if isinstance(request, newer.TransactionEventRequest):
            self._follow(request)
        if isinstance(request, newer.Get15118EVCertificateRequest):
            return (yield from self._vehicle_certificate(request))
        if request.action in _REPORTING and request.request_id is None:
            known = self.memory.requests.get(request.action, 0)
            request = msgspec.structs.replace(request, request_id=known)
        return (yield from super().ask_peer(request, now))

    def _vehicle_certificate(self, request: newer.Get15118EVCertificateRequest) -> Translation:
        """2.0 has a message of its own for the renewal of a vehicle's certificate."""
        renewed = request.certificate_action is CertificateAction.UPDATE
        target = wire.Update15118EVCertificateRequest if renewed else wire.Get15118EVCertificateRequest
        said = msgspec.structs.replace(request, certificate_action=CertificateAction.INSTALL)
        return (yield from self.ask_plainly(said, target))

    def _follow(self, event: newer.TransactionEventRequest) -> None:
        """Know which transaction runs where."""
        running = self.memory.transactions
        transaction_id = event.transaction_info.transaction_id
        if event.event_type is TransactionEvent.ENDED:
            ended = [evse_id for evse_id, known in running.items() if known == transaction_id]
            for evse_id in ended:
                del running[evse_id]
            if ended:
                self.touch()
        elif event.evse is not None and running.get(event.evse.id) != transaction_id:
            running[event.evse.id] = transaction_id
            self.touch()
