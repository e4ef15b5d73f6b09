from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluglot.csms import FlatPrice, Policy, fold
from pluglot.csms.tariff_cost import cost_of, price_at
from tests.csms.house import NOON, House, happening, session


def price(per_kwh: str, per_session: str = "0", currency: str = "EUR") -> FlatPrice:
    return FlatPrice(per_kwh=Decimal(per_kwh), per_session=Decimal(per_session), currency=currency)


@pytest.mark.requirement("DAT-05")
@pytest.mark.parametrize(
    ("per_kwh", "per_session", "wh", "currency", "expected"),
    [
        ("0.49", "0.35", "10000", "EUR", "5.25"),
        ("0.01", "0", "500", "EUR", "0.00"),  # half a cent: to even
        ("0.01", "0", "1500", "EUR", "0.02"),
        ("0.01", "0", "2500", "EUR", "0.02"),
        ("0.01", "0", "2500.01", "EUR", "0.03"),
        ("35", "0", "1500", "JPY", "52"),
        ("0.1", "0", "1005", "KWD", "0.100"),
        ("0.1", "0", "3000", "EUR", "0.30"),  # binary fractions would stumble here
        ("0.49", "0.35", "0", "EUR", "0.00"),
    ],
)
def test_cost_is_exact_and_rounded_once(per_kwh: str, per_session: str, wh: str, currency: str, expected: str) -> None:
    """Decimal, half to even, to the smallest coin of the currency; without energy there is no cost."""
    cost = cost_of(price(per_kwh, per_session, currency), Decimal(wh))
    assert str(cost) == expected


@pytest.mark.requirement("DAT-05")
@given(st.decimals(0, 10, places=4), st.decimals(0, 10, places=2), st.integers(1, 10**6))
def test_cost_is_never_more_than_half_a_cent_off(per_kwh: Decimal, per_session: Decimal, wh: int) -> None:
    """Against exact fractions the cost differs by rounding only."""
    exact = per_session + per_kwh * wh / 1000
    cost = cost_of(FlatPrice(per_kwh=per_kwh, per_session=per_session), Decimal(wh))
    assert abs(cost - exact) <= Decimal("0.005")
    assert cost == cost.quantize(Decimal("0.01"))


@pytest.mark.requirement("DAT-05")
def test_the_price_in_force_at_the_start_prices_all_of_a_transaction() -> None:
    """Prices have a beginning; their order in the settings does not matter."""
    old = price("0.10")
    new = FlatPrice(per_kwh=Decimal("0.90"), valid_from=NOON)
    for prices in ((old, new), (new, old)):
        assert price_at(prices, NOON - timedelta(seconds=1)) is old
        assert price_at(prices, NOON) is new
    assert price_at((new,), NOON - timedelta(days=1)) is None


@pytest.mark.requirement("DAT-05")
async def test_a_bill_stays_the_same_when_prices_change_later(house: House) -> None:
    """A new price changes no transaction that began before it, however often its ledger is added up."""
    for event in session():
        await house.answer(event, now=NOON + timedelta(hours=1))
    entries = house.shelf.entries["CS1", "T1"].values()
    later = FlatPrice(per_kwh=Decimal(9), per_session=Decimal(9), valid_from=NOON + timedelta(seconds=1))
    again = fold(entries, Policy(prices=(*house.policy.prices, later)))
    assert (again.cost, again.currency) == (house.record().cost, "EUR") == (Decimal("2.00"), "EUR")


async def test_without_a_price_nothing_is_priced() -> None:
    """A house without prices names neither cost nor currency, to nobody."""
    house = House(policy=Policy())
    house.register()
    answers = [await house.answer(event, now=NOON + timedelta(hours=1)) for event in session()]
    assert all(answer.total_cost is None for answer in answers)
    assert (house.record().cost, house.record().currency) == (None, None)


@pytest.mark.requirement("I03.FR.04")
async def test_a_session_without_energy_is_told_to_be_free(house: House) -> None:
    """Who only plugged in is answered 0.00, not silence."""
    await house.answer(happening("Started", 0, NOON, wh=100))
    answer = await house.answer(happening("Ended", 1, NOON, wh=100))
    assert answer.total_cost == Decimal("0.00")
    assert str(answer.total_cost) == "0.00"
