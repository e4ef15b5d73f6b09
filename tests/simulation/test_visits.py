"""Drivers come, charge and leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pluglot.simulation import Left, PlugIn, PresentToken, Unplug, Visit, VisitPlan

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKEN = PresentToken("TAG", "Central")


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def test_a_visit_in_order() -> None:
    """Plug in, show the token, charge, show it again, unplug, leave."""
    visit = Visit(VisitPlan("TAG", "Central", duration=timedelta(seconds=20)), NOON)
    assert visit.advance(now=seconds(-1)) == []
    assert visit.advance(now=NOON) == [PlugIn()]
    assert visit.advance(now=seconds(1)) == [TOKEN]
    visit.energy_flows(now=seconds(2))
    assert visit.is_charging
    assert visit.advance(now=seconds(21)) == []
    assert visit.advance(now=seconds(22)) == [TOKEN]
    assert visit.advance(now=seconds(23)) == [Unplug(), Left()]
    assert visit.is_over
    assert visit.next_deadline() is None


def test_a_satisfied_vehicle_ends_the_visit_early() -> None:
    """Nobody waits at a full battery."""
    visit = Visit(VisitPlan("TAG", "Central", stops_with_token=False), NOON)
    visit.advance(now=NOON)
    visit.advance(now=seconds(1))
    visit.energy_flows(now=seconds(2))
    visit.satisfied(now=seconds(5))
    assert visit.advance(now=seconds(5)) == []
    assert visit.advance(now=seconds(6)) == [Unplug(), Left()]


def test_a_driver_who_gets_no_power_gives_up() -> None:
    """A refused driver unplugs and leaves without showing the token again."""
    visit = Visit(VisitPlan("TAG", "Central"), NOON)
    visit.advance(now=NOON)
    visit.advance(now=seconds(1))
    assert visit.advance(now=seconds(61)) == []
    assert visit.advance(now=seconds(62)) == [Unplug(), Left()]
