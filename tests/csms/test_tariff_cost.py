from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluglot.csms import FlatPrice, Policy, fold
from pluglot.csms.policy import ALWAYS
from pluglot.csms.tariff_cost import cost_of, price_at, price_to_add
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


@pytest.mark.requirement("DAT-05")
def test_a_price_is_added_when_another_one_holds() -> None:
    """The first holds from always; the same terms add nothing; others hold from now, also when a clock was put back."""
    first = price_to_add((), price("0.10"), NOON)
    assert first == price("0.10")
    assert first.valid_from == ALWAYS
    assert price_to_add((first,), price("0.100"), NOON) is None
    second = price_to_add((first,), price("0.10", currency="SEK"), NOON)
    assert second is not None
    assert (second.currency, second.valid_from) == ("SEK", NOON)
    earlier = NOON - timedelta(days=1)
    third = price_to_add((first, second), price("0.20"), earlier)
    assert third is not None
    assert third.valid_from == earlier
    assert price_at((first, second, third), NOON - timedelta(seconds=1)) is third
    assert price_at((first, second, third), NOON) is second  # what began under it keeps it
    again = price_to_add((first, second, third), price("0.20"), NOON)
    assert again is not None
    assert price_at((first, second, third, again), NOON) is again


@pytest.mark.requirement("DAT-05")
@pytest.mark.parametrize(
    ("told", "heard", "cost"),
    [
        (NOON - timedelta(hours=3), NOON + timedelta(hours=1), "0.10"),  # offline, before the price changed
        (NOON + timedelta(hours=2), NOON - timedelta(hours=1), "0.10"),  # its clock is ahead
        (datetime(1970, 1, 1, tzinfo=UTC), NOON + timedelta(hours=1), "0.90"),  # its clock is not set
        (NOON + timedelta(days=400), NOON - timedelta(hours=1), "0.10"),  # its clock is far ahead
        (NOON + timedelta(days=400), NOON + timedelta(hours=1), "0.90"),
    ],
)
async def test_no_clock_chooses_a_price_of_another_time(told: datetime, heard: datetime, cost: str) -> None:
    """The station says when it began, but not later than the house heard of it, and only where it can be believed."""
    prices = (price("0.10"), FlatPrice(per_kwh=Decimal("0.90"), valid_from=NOON))
    house = House(policy=Policy(prices=prices))
    house.register()
    for seq_no, kind, wh in ((0, "Started", 0), (1, "Ended", 1000)):
        await house.answer(happening(kind, seq_no, told, wh=wh), now=heard)
    assert house.record().cost == Decimal(cost)
    assert fold(house.shelf.entries["CS1", "T1"].values(), house.policy).cost == Decimal(cost)


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
