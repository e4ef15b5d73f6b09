"""What a transaction costs: one flat price per kWh and per session, in decimals, the same for ever (DAT-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from msgspec.structs import replace

from pluglot.csms.policy import ALWAYS, FlatPrice

#: Digits behind the point where they are not two (ISO 4217).
MINOR_UNITS = {
    "BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0,
    "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0,
    "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_STEPS = {digits: Decimal(1).scaleb(-digits) for digits in range(5)}
_KILO = Decimal(1000)
_NOTHING = Decimal(0)


def price_at(prices: Sequence[FlatPrice], started_at: datetime) -> FlatPrice | None:
    """The price for a transaction that started then: the one whose validity began last, or None.

    Of two whose validity began at the same moment it is the one that was set later.
    """
    found: FlatPrice | None = None
    for price in prices:
        if price.valid_from <= started_at and (found is None or price.valid_from >= found.valid_from):
            found = price
    return found


def price_to_add(prices: Sequence[FlatPrice], wanted: FlatPrice, now: datetime) -> FlatPrice | None:
    """What is added to the prices that ever held, so that the wanted one holds from now; None when it holds already.

    The very first one holds from always: transactions that are older than the list of prices were billed by it.
    """
    if not prices:
        return replace(wanted, valid_from=ALWAYS)
    holding = price_at(prices, now)
    if holding is not None and _terms(holding) == _terms(wanted):
        return None
    return replace(wanted, valid_from=now)


def _terms(price: FlatPrice) -> tuple[Decimal, Decimal, str]:
    return price.per_kwh, price.per_session, price.currency


def cost_of(price: FlatPrice, energy_wh: Decimal) -> Decimal:
    """The cost including tax, rounded once, half to even, to the smallest coin of the currency.

    A session in which no energy flowed costs nothing: whoever only plugged in owes no session fee.
    """
    step = _STEPS[MINOR_UNITS.get(price.currency, 2)]
    if energy_wh <= 0:
        return _NOTHING.quantize(step)
    total = price.per_session + price.per_kwh * energy_wh / _KILO
    return total.quantize(step, rounding=ROUND_HALF_EVEN)
