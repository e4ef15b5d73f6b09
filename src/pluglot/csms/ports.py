"""What the management system's handlers need from outside, as narrow protocols; a store implements them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pluglot.csms.records import LedgerEntry, StationRecord, TokenRecord, TransactionRecord


class Stations(Protocol):
    """Stations that are known."""

    async def find(self, station_id: str) -> StationRecord | None:
        """The station with this identity, byte for byte, or None."""
        ...


class Tokens(Protocol):
    """Tokens that drivers present."""

    async def find(self, id_token: str, type_: str | None) -> TokenRecord | None:
        """The token with this text (compared without regard to case) and type.

        When type is None: the token of whatever type, provided that exactly one has this text, else None (a guess
        never chooses between types). When the typed look-up finds nothing and exactly one token of another type has
        this text, implementations return None: the fallback for 1.6 idTags is decided by ``csms.authorization``, which
        asks again without type.
        """
        ...


class Transactions(Protocol):
    """Transactions and their ledgers."""

    async def find(self, station_id: str, transaction_id: str) -> TransactionRecord | None:
        """The transaction of this station, or None."""
        ...

    async def ledger(self, station_id: str, transaction_id: str) -> Sequence[LedgerEntry]:
        """All entries received, by ascending seqNo; empty when unknown."""
        ...

    async def entry(self, station_id: str, transaction_id: str, seq_no: int) -> LedgerEntry | None:
        """The entry with this number, or None."""
        ...

    async def open_of_token(self, id_token: str, type_: str) -> Sequence[TransactionRecord]:
        """Transactions this token has open anywhere (TX-13)."""
        ...

    async def open_of_evse(self, station_id: str, evse_id: int) -> Sequence[TransactionRecord]:
        """Transactions open at this EVSE."""
        ...
