"""TransactionEvent: each event enters the ledger once, whatever order it comes in and however often (block E)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from pluglot.csms import authorization
from pluglot.csms.clock import ClockWatch
from pluglot.csms.decision import Context, Decision, event, payload
from pluglot.csms.facts import Fact, TransactionEnded, TransactionStarted, TransactionUpdated
from pluglot.csms.ledger import STOPPING, Ranges, Tally, holds
from pluglot.csms.meter_values import readings_of
from pluglot.csms.policy import Policy
from pluglot.csms.ports import Tokens, Transactions
from pluglot.csms.records import LedgerEntry, TransactionRecord
from pluglot.dialects.marks import NO_IDS, stopped_unknown
from pluglot.messages import (
    AuthorizationStatus,
    CustomData,
    IdToken,
    IdTokenInfo,
    TransactionEventRequest,
    TransactionEventResponse,
)

_ENDED = "Ended"
_STARTED = "Started"


class TransactionDesk:
    """Receives the events of all transactions; keeps ``Policy.tallies_kept`` running ones added up.

    What it keeps is a convenience only: a tally of other events than the stored record's is made anew from the
    ledger, so a failed commit, a restart or another node never shows in a record.
    """

    def __init__(self, tokens: Tokens, transactions: Transactions, policy: Policy, clocks: ClockWatch) -> None:
        self._tokens = tokens
        self._transactions = transactions
        self._policy = policy
        self._clocks = clocks
        self._guard = authorization.ConcurrencyGuard(transactions)
        self._tallies: dict[tuple[str, str], tuple[Tally, Ranges]] = {}

    async def receive(self, context: Context, request: TransactionEventRequest) -> Decision:
        """Enter an event into the ledger of its transaction and answer it."""
        transaction_id = request.transaction_info.transaction_id
        known = await self._transactions.find(context.station_id, transaction_id)
        if known is not None:
            if holds(known.received_seq_nos, request.seq_no):
                return await self._again(context, request, known)
            if not known.is_open and request.seq_no > known.received_seq_nos[-1][1]:
                return await self._after_the_end(context, request)
        info = None if request.id_token is None else await self._judge(context, request, request.id_token)
        entry = entry_of(context, request, info)
        record, answer_cost = await self._added(context, entry, known)
        response = TransactionEventResponse(total_cost=self._told(record, answer_cost, entry), id_token_info=info)
        facts = [*_facts_of(entry, record, known), *self._clocks.judge(context, entry.at)]
        if request.id_token is not None and info is not None:
            facts.append(authorization.presented(context, request.id_token, info.status))
        facts += _worries(context, request, record, known)
        if known is None:
            facts += await self._left_open(context, request, record)
        if not record.is_open and record.id_token is not None and record.id_token_type is not None:
            self._guard.ended((record.station_id, record.transaction_id), record.id_token, record.id_token_type)
        return Decision(response, tuple(facts))

    async def _judge(self, context: Context, request: TransactionEventRequest, id_token: IdToken) -> IdTokenInfo:
        """E02.FR.04, E05.FR.01: the token is verified again, it may have been accepted from an old list."""
        info, token = await authorization.judge(context, id_token, tokens=self._tokens, policy=self._policy)
        if token is None or info.status is not AuthorizationStatus.ACCEPTED or _is_stopping(request):
            return info
        transaction = (context.station_id, request.transaction_info.transaction_id)
        status = await self._guard.judge(token, transaction, context.now)
        return info if status is info.status else authorization.info_of(token, status)

    async def _left_open(
        self, context: Context, request: TransactionEventRequest, record: TransactionRecord
    ) -> list[Fact]:
        """A transaction starts where another has not ended: the station lost its end, or has it still in its queue."""
        if request.event_type != _STARTED or record.evse_id is None:
            return []
        others = await self._transactions.open_of_evse(record.station_id, record.evse_id)
        return [
            _worry(context, request, "TransactionLeftOpen", f"{other.transaction_id} at the same EVSE has not ended.")
            for other in others
            if other.transaction_id != record.transaction_id
        ][:1]

    async def _added(
        self, context: Context, entry: LedgerEntry, known: TransactionRecord | None
    ) -> tuple[TransactionRecord, Decimal | None]:
        """The record with this entry, and the cost up to it."""
        key = (entry.station_id, entry.transaction_id)
        version = known.ocpp_version if known is not None else context.ocpp_version
        tally, told = self._tallies.pop(key, (None, None))
        if known is None:
            tally = Tally((entry,), self._policy, version)
        elif tally is None or told != known.received_seq_nos or not tally.take(entry):
            earlier = await self._transactions.ledger(*key)
            tally = Tally((*earlier, entry), self._policy, version)
        record = tally.record()
        cost = record.cost
        if record.received_seq_nos[-1][1] > entry.seq_no:
            cost = self._cost_up_to(entry, await self._transactions.ledger(*key))
        if record.is_open:
            self._keep(key, tally, record)
        return record, cost

    def _keep(self, key: tuple[str, str], tally: Tally, record: TransactionRecord) -> None:
        if len(self._tallies) >= self._policy.tallies_kept:
            self._tallies.pop(next(iter(self._tallies)))
        self._tallies[key] = (tally, record.received_seq_nos)

    def _cost_up_to(self, entry: LedgerEntry, others: Sequence[LedgerEntry]) -> Decimal | None:
        """An answer tells the cost as of its event, so that the same event is always answered the same way (TX-09)."""
        until = [other for other in others if other.seq_no < entry.seq_no]
        return Tally((*until, entry), self._policy).record().cost

    def _told(self, record: TransactionRecord, cost: Decimal | None, entry: LedgerEntry) -> Decimal | None:
        """I03: the final cost, unless events are missing and it is not final (TX-10); I02: the running cost."""
        if entry.event_type == _ENDED:
            return None if record.missing_seq_nos else cost
        return cost if self._policy.running_cost else None

    async def _again(self, context: Context, request: TransactionEventRequest, known: TransactionRecord) -> Decision:
        """Answer an event of the ledger: the same way when it is the same, and with an alarm when it is not."""
        entry = await self._transactions.entry(known.station_id, known.transaction_id, request.seq_no)
        if entry is not None and entry.digest != digest_of(request):
            info = await self._standing(context, request)
            alarm = _suspicion(context, request, "ConflictingTransactionEvent", "Sent again with other content.")
            return Decision(TransactionEventResponse(id_token_info=info), (alarm,))
        info = await self._standing(context, request)
        if info is not None and entry is not None and entry.answer_status is not None:
            info = msgspec.structs.replace(info, status=AuthorizationStatus(entry.answer_status))
        cost = known.cost
        if entry is not None and known.received_seq_nos[-1][1] > entry.seq_no:
            cost = self._cost_up_to(entry, await self._transactions.ledger(known.station_id, known.transaction_id))
        told = None if entry is None else self._told(known, cost, entry)
        return Decision(TransactionEventResponse(total_cost=told, id_token_info=info))

    async def _after_the_end(self, context: Context, request: TransactionEventRequest) -> Decision:
        """TX-12: an event of an ended transaction changes nothing, is answered, and kept with an alarm."""
        info = await self._standing(context, request)
        alarm = _suspicion(context, request, "EventAfterTransactionEnd", "The transaction has ended already.")
        return Decision(TransactionEventResponse(id_token_info=info), (alarm,))

    async def _standing(self, context: Context, request: TransactionEventRequest) -> IdTokenInfo | None:
        if request.id_token is None:
            return None
        info, _ = await authorization.judge(context, request.id_token, tokens=self._tokens, policy=self._policy)
        return info


def entry_of(context: Context, request: TransactionEventRequest, info: IdTokenInfo | None) -> LedgerEntry:
    """The event as the ledger keeps it."""
    evse, id_token, transaction = request.evse, request.id_token, request.transaction_info
    return LedgerEntry(
        station_id=context.station_id,
        transaction_id=transaction.transaction_id,
        seq_no=request.seq_no,
        event_type=request.event_type.value,
        trigger_reason=request.trigger_reason.value,
        at=request.timestamp,
        received_at=context.now,
        offline=bool(request.offline),
        evse_id=evse.id if evse else None,
        connector_id=evse.connector_id if evse else None,
        id_token=id_token.id_token if id_token else None,
        id_token_type=id_token.type if id_token else None,
        charging_state=transaction.charging_state,
        stopped_reason=transaction.stopped_reason,
        remote_start_id=transaction.remote_start_id,
        reservation_id=request.reservation_id,
        readings=readings_of(request.meter_value),
        digest=digest_of(request),
        answer_status=info.status.value if info else None,
    )


def digest_of(request: TransactionEventRequest) -> str:
    """A short digest of the content; ``offline`` is left out, it may change between two deliveries (TX-02)."""
    content = request if request.offline is None else msgspec.structs.replace(request, offline=None)
    return hashlib.blake2b(_ENCODER.encode(content), digest_size=12).hexdigest()


def _members(value: object) -> object:
    if isinstance(value, CustomData):
        return value.members
    raise NotImplementedError(f"{type(value).__name__} is no part of a message")


_ENCODER = msgspec.json.Encoder(enc_hook=_members)


def _is_stopping(request: TransactionEventRequest) -> bool:
    return request.event_type == _ENDED or request.trigger_reason in STOPPING


def _facts_of(entry: LedgerEntry, record: TransactionRecord, known: TransactionRecord | None) -> list[Fact]:
    """The first event starts a transaction here even when it is its last: then both facts are told."""
    facts: list[Fact] = []
    if known is None:
        facts.append(TransactionStarted(at=entry.received_at, transaction=record, entry=entry))
    if entry.event_type == _ENDED:
        facts.append(TransactionEnded(at=entry.received_at, transaction=record, entry=entry))
    elif known is not None:
        facts.append(TransactionUpdated(at=entry.received_at, transaction=record, entry=entry))
    return facts


def _worries(
    context: Context, request: TransactionEventRequest, record: TransactionRecord, known: TransactionRecord | None
) -> list[Fact]:
    """What an operator should look at."""
    worries: list[Fact] = []
    if known is None:
        stopped = stopped_unknown(request)
        if stopped is not None and stopped not in NO_IDS:
            worries.append(_unknown_stopped(context, request, stopped))
        elif stopped is not None or request.event_type != _STARTED:
            worries.append(_worry(context, request, "TransactionWithoutStart", "Its start has not been reported yet."))
    elif record.received_seq_nos and record.received_seq_nos[-1][1] < known.received_seq_nos[-1][1]:
        alarm = "Events numbered after the end had come before it; they do not count."
        worries.append(_suspicion(context, request, "EventAfterTransactionEnd", alarm))
    before = known.implausible if known is not None else ()
    if record.implausible != before:
        worries += [
            _worry(context, request, "ImplausibleEnergy", remark)
            for remark in record.implausible
            if remark not in before
        ]
    return worries


def _unknown_stopped(context: Context, request: TransactionEventRequest, number: int) -> Fact:
    """TX-12: the id may be another station's, which is left alone; this one gets a transaction that is marked."""
    return event(
        context,
        "UnknownTransactionStopped",
        kind="security",
        severity="error",
        at=request.timestamp,
        detail=f"It stopped transaction {number}, which it was never given. No other transaction was changed.",
        data={"transactionId": request.transaction_info.transaction_id, "stoppedTransactionId": number},
    )


def _worry(context: Context, request: TransactionEventRequest, name: str, detail: str) -> Fact:
    data = {"transactionId": request.transaction_info.transaction_id, "seqNo": request.seq_no}
    return event(context, name, severity="warning", at=request.timestamp, detail=detail, data=data)


def _suspicion(context: Context, request: TransactionEventRequest, name: str, detail: str) -> Fact:
    return event(
        context,
        name,
        kind="security",
        severity="error",
        at=request.timestamp,
        detail=f"{detail} Nothing was changed; what was sent is kept with this event.",
        data=payload(request),
    )
