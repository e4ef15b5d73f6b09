"""What a transaction costs: one flat price per kWh and per session, in decimals, the same for ever (DAT-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from pluglot.csms.policy import FlatPrice

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
    """The price for a transaction that started then: the one whose validity began last, or None."""
    valid = [price for price in prices if price.valid_from <= started_at]
    return max(valid, key=lambda price: price.valid_from, default=None)


def cost_of(price: FlatPrice, energy_wh: Decimal) -> Decimal:
    """The cost including tax, rounded once, half to even, to the smallest coin of the currency.

    A session in which no energy flowed costs nothing: whoever only plugged in owes no session fee.
    """
    step = _STEPS[MINOR_UNITS.get(price.currency, 2)]
    if energy_wh <= 0:
        return _NOTHING.quantize(step)
    total = price.per_session + price.per_kwh * energy_wh / _KILO
    return total.quantize(step, rounding=ROUND_HALF_EVEN)
