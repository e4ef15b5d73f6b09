"""What an operator decides once for all stations; the roof fills it from the settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

#: A validity that began before anyone charged.
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


class FlatPrice(msgspec.Struct, frozen=True, kw_only=True):
    """A price per kWh and per session, for transactions that start from ``valid_from`` until the next price.

    Prices that once held are kept for ever, because a bill may be made again at any time (DAT-05).
    """

    per_kwh: Decimal
    per_session: Decimal = Decimal(0)
    currency: str = "EUR"
    valid_from: datetime = ALWAYS


class MeterRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a meter can do physically; whatever goes beyond is kept and not billed (DAT-01)."""

    #: No register moves faster than this; whoever charges lorries with up to 3.75 MW says so in the settings.
    maximum_power_w: Decimal = Decimal(1_000_000)
    #: Meters and clocks are read at slightly different moments: so much time is granted on top.
    slack: timedelta = timedelta(seconds=60)
    #: Readings this long before the start or after the end still belong to the transaction.
    outside: timedelta = timedelta(minutes=5)
    #: A step back by so little is the same register told with fewer digits (12.35 kWh, then 12346 Wh).
    rounding_wh: Decimal = Decimal(10)
    #: Where registers start again at zero, in Wh: 5, 6 and 7 digits of kWh, and whole 31 and 32 bits of Wh.
    moduli_wh: tuple[Decimal, ...] = (
        Decimal(10) ** 8,
        Decimal(2) ** 31,
        Decimal(2) ** 32,
        Decimal(10) ** 9,
        Decimal(10) ** 10,
    )


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How this management system treats its stations and drivers."""

    #: Seconds between heartbeats of an accepted station.
    heartbeat_interval: int = 300
    #: Seconds until a station that is pending or rejected may boot again; never 0, that invites floods.
    retry_interval: int = 60
    #: A registered station that boots for the first time is accepted at once; otherwise it waits as Pending.
    accept_registered: bool = True
    #: Token types that are good without being known here (C02: a button has no token to know).
    unchecked_token_types: frozenset[str] = frozenset({"NoAuthorization"})
    #: All that ever held, in the order they were set; the one valid when a transaction starts prices all of it.
    #: Empty: nothing is priced (DAT-05).
    prices: tuple[FlatPrice, ...] = ()
    #: Answer every event with the cost so far (I02), not only the last one.
    running_cost: bool = True
    meter: MeterRules = MeterRules()
    #: How many running transactions are kept at hand for quick addition; others are added up from their ledger.
    tallies_kept: int = 20_000
