"""Transactions of a 1.6 station: their ids in both worlds, and finding them again (mapping 3.3, 9.1, 9.4)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.memory import EndedTransaction, OpenTransaction, StationMemory

_STATIONS: Final = uuid.UUID("b7c54bd2-6f0c-5d6e-9a63-9f1d2f5d4f10")
_HALF_BITS: Final = 15
_HALF_MASK: Final = (1 << _HALF_BITS) - 1
_ROUNDS: Final = 6
_KEY_WORDS: Final = 4
#: No honest station has more transactions open; beyond this a start is refused.
MOST_OPEN: Final = 256
RETENTION: Final = timedelta(days=7)
#: Ended transactions kept even of a very busy station; the oldest are forgotten first.
MOST_ENDED: Final = 128
#: Older times come from a clock that was never set.
CLOCK_SET_SINCE: Final = datetime(2010, 1, 1, tzinfo=UTC)


def permuted(number: int, key: bytes) -> int:
    """An id from 1 to 2^30 for a number: different for each of 2^30 numbers, and unguessable without the key.

    A Feistel network of six rounds; a counter alone would let one station guess the ids of others (TX-11).
    """
    left, right = number >> _HALF_BITS & _HALF_MASK, number & _HALF_MASK
    for turn in range(_ROUNDS):
        digest = hashlib.blake2b(bytes([turn]) + right.to_bytes(2, "big"), digest_size=2, key=key).digest()
        left, right = right, left ^ (int.from_bytes(digest, "big") & _HALF_MASK)
    return (left << _HALF_BITS | right) + 1


def clock_losses(action: str, timestamp: datetime) -> tuple[Loss, ...]:
    """The flag of a time from a clock that was never set; the time itself is handed on as it is (3.1)."""
    if timestamp >= CLOCK_SET_SINCE:
        return ()
    return (Loss(action, "timestamp", utc_text(timestamp), "clock-unset"),)


def utc_text(moment: datetime) -> str:
    """A moment as text that is the same whatever zone it was written in."""
    return moment.astimezone(UTC).isoformat()


class TransactionBook:
    """The transactions of one station, open and lately ended."""

    def __init__(self, memory: StationMemory, identity: str, random: Callable[[], float]) -> None:
        """Work on this memory; ``random`` makes the key of the integer ids once."""
        self._memory = memory
        self._random = random
        self._namespace = uuid.uuid5(_STATIONS, identity)
        self._ended: dict[str, EndedTransaction] = {
            entry.house_id: entry for entry in msgspec.msgpack.decode(memory.ended, type=list[EndedTransaction])
        }

    # --- ids ------------------------------------------------------------------------------------------------------

    def house_id(self, name: str) -> str:
        """The house's id of what this name says; the same name always gives the same id."""
        return str(uuid.uuid5(self._namespace, name))

    def start_name(self, request: wire.StartTransactionRequest) -> str:
        """What tells one start from another: the start key (3.3)."""
        moment = utc_text(request.timestamp)
        return f"{request.connector_id}/{request.id_tag}/{request.meter_start}/{moment}"

    def is_full(self) -> bool:
        """Whether no more transactions are taken up."""
        return len(self._memory.transactions) >= MOST_OPEN

    def mint(self) -> int:
        """A new integer id: never given out before to this station, and unguessable (TX-11)."""
        memory = self._memory
        if not memory.id_key:
            words = (int(self._random() * 2**32) & 0xFFFFFFFF for _ in range(_KEY_WORDS))
            memory.id_key = b"".join(word.to_bytes(4, "big") for word in words)
        memory.ids_minted += 1
        return permuted(memory.ids_minted, memory.id_key)

    # --- finding --------------------------------------------------------------------------------------------------

    def open(self) -> Iterable[OpenTransaction]:
        """The open transactions."""
        return self._memory.transactions.values()

    def find(self, house_id: str) -> OpenTransaction | None:
        """The open transaction with this id of the house."""
        return self._memory.transactions.get(house_id)

    def find_ended(self, house_id: str) -> EndedTransaction | None:
        """The ended transaction with this id of the house, as long as it is remembered."""
        return self._ended.get(house_id)

    def by_id(self, number: int) -> OpenTransaction | None:
        """The open transaction with this integer id."""
        for entry in self._memory.transactions.values():
            if entry.id == number:
                return entry
        return None

    def ended_by_id(self, number: int) -> EndedTransaction | None:
        """The ended transaction that was given this integer id, as long as it is remembered; never an orphan."""
        return next(
            (entry for entry in self._ended.values() if entry.id == number and not self._is_orphan(entry)), None
        )

    def orphan_id(self, number: int, timestamp: datetime) -> str:
        """The house's id of a stop without a start: each stop of another time is another transaction (9.4)."""
        return self.house_id(f"orphan/{number}/{utc_text(timestamp)}")

    def _is_orphan(self, entry: EndedTransaction) -> bool:
        return entry.house_id == self.orphan_id(entry.id, entry.started_at)

    def on(self, connector: int) -> list[OpenTransaction]:
        """The open transactions of a connector that no later start has replaced, oldest first."""
        return [entry for entry in self.open() if entry.connector == connector and entry.doubtful_since is None] or [
            entry for entry in self.open() if entry.connector == connector
        ][-1:]

    def nameless_stop(self, stop: wire.StopTransactionRequest) -> OpenTransaction | None:
        """The transaction a station means that never learnt its id; None unless exactly one fits (9.4)."""
        compared = stop.id_tag is not None and stop.reason in {None, wire.Reason.LOCAL}
        fitting = [
            entry
            for entry in self.open()
            if entry.started_at <= stop.timestamp
            and (not compared or entry.id_tag.casefold() == (stop.id_tag or "").casefold())
        ]
        return fitting[0] if len(fitting) == 1 else None

    # --- changing -------------------------------------------------------------------------------------------------

    def add(self, entry: OpenTransaction) -> None:
        """Take up a transaction that began."""
        self._memory.transactions[entry.house_id] = entry

    def end(self, ended: EndedTransaction, *, now: datetime) -> None:
        """Note that a transaction ended, and forget what is too old to matter."""
        self._memory.transactions.pop(ended.house_id, None)
        self._ended.pop(ended.house_id, None)
        self._ended[ended.house_id] = ended
        horizon = now - RETENTION
        for house_id, entry in list(self._ended.items()):
            if entry.ended_at >= horizon and len(self._ended) <= MOST_ENDED:
                break
            del self._ended[house_id]
        self._memory.ended = msgspec.Raw(msgspec.msgpack.encode(list(self._ended.values())))
