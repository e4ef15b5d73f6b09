"""One link per identity: policy, throttling, and every order of events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import permutations, product

import pytest

from pluglot.messages.version import OcppVersion
from pluglot.transport import LinkClosed, Links, LinksSettings, Rejection, Seat
from pluglot.transport.memory import MemoryLink, pair

HASTY = LinksSettings(probe_timeout=0.02, seat_timeout=30)


def near_end(epoch: int, *, alive: bool = True, identity: str = "CS-1") -> MemoryLink:
    """The management system's end of a link whose station answers pings or not."""
    link, station = pair(identity, epoch=epoch)
    station.answers_pings = alive
    return link


async def come(links: Links, *, profile: int = 1, alive: bool = True, identity: str = "CS-1") -> MemoryLink | Rejection:
    """An authenticated newcomer takes its seat, or is told why not."""
    async with links.seat(identity, profile) as seat:
        if isinstance(seat, Rejection):
            return seat
        link = near_end(seat.epoch, alive=alive, identity=identity)
        seat.take(link)
        return link


async def let_in(links: Links, *, profile: int = 1, alive: bool = True, identity: str = "CS-1") -> MemoryLink:
    link = await come(links, profile=profile, alive=alive, identity=identity)
    assert isinstance(link, MemoryLink)
    return link


@pytest.mark.requirement("HRD-03")
async def test_a_living_link_of_profile_1_stays_and_the_newcomer_gets_409() -> None:
    """Knowing the password in the clear is not enough to push a working station out."""
    links = Links(HASTY)
    old = await let_in(links)
    refused = await come(links)
    assert refused == Rejection(http_status=409, reason="duplicate-link")
    assert links.current("CS-1") is old
    await old.send(b"[]")


@pytest.mark.requirement("HRD-03", "HRD-04")
@pytest.mark.parametrize("profile", [2, 3])
async def test_a_living_link_of_profiles_2_and_3_is_replaced_and_fenced(profile: int) -> None:
    """The newcomer speaks for the station; the old link takes nothing any more and says so."""
    links = Links(HASTY)
    old = await let_in(links, profile=profile)
    new = await let_in(links, profile=profile)
    assert links.current("CS-1") is new
    assert new.epoch > old.epoch
    with pytest.raises(LinkClosed, match="replaced by a newer link"):
        await old.send(b"[2]")
    links.depart(old)
    assert links.current("CS-1") is new


@pytest.mark.requirement("HRD-03")
async def test_the_policy_for_living_links_is_a_setting() -> None:
    """A deployment may let newcomers replace in profile 1, too, or keep old links in 3."""
    replacing = Links(LinksSettings(replace_living=(1,), probe_timeout=0.02))
    await let_in(replacing)
    assert isinstance(await come(replacing), MemoryLink)
    keeping = Links(LinksSettings(replace_living=(), probe_timeout=0.02))
    await let_in(keeping, profile=3)
    assert isinstance(await come(keeping, profile=3), Rejection)


@pytest.mark.requirement("HRD-03")
@pytest.mark.parametrize("profile", [1, 2, 3])
async def test_a_dead_link_is_replaced_at_once_in_every_profile(profile: int) -> None:
    """A station whose link died is never locked out, however often that happens."""
    links = Links(HASTY)
    old = await let_in(links, profile=profile, alive=False)
    for _ in range(20):
        new = await let_in(links, profile=profile, alive=False)
        assert links.current("CS-1") is new
        with pytest.raises(LinkClosed, match="no answer to a ping"):
            await old.send(b"[]")
        old = new


@pytest.mark.requirement("HRD-03")
async def test_ten_thousand_flaps_leave_nothing_behind() -> None:
    """Stations that come and go in a hurry get a higher epoch each time, and no memory stays behind."""
    links = Links(HASTY)
    last = 0
    for number in range(10_000):
        link = await let_in(links, identity=f"CS-{number % 7}")
        assert link.epoch > last
        last = link.epoch
        await link.close()
        links.depart(link)
    assert len(links) == 0
    assert links._gates == {}  # noqa: SLF001 - what stays in memory
    assert len(links._replacements) == 0  # noqa: SLF001 - as above


@pytest.mark.requirement("HRD-03")
async def test_repeated_displacing_is_throttled() -> None:
    """Two stations with one identity do not push each other out for ever; after the window it is allowed again."""
    time = 0.0
    links = Links(LinksSettings(probe_timeout=0.02, most_replacements=3, replacement_window=60), clock=lambda: time)
    await let_in(links, profile=3)
    for _ in range(3):
        await let_in(links, profile=3)
    assert await come(links, profile=3) == Rejection(http_status=429, reason="throttled")
    time = 59.9
    assert isinstance(await come(links, profile=3), Rejection)
    time = 60.1
    assert isinstance(await come(links, profile=3), MemoryLink)


@pytest.mark.requirement("HRD-03")
async def test_replacements_are_counted_for_a_bounded_number_of_identities() -> None:
    """The memory of replacements is bounded."""
    links = Links(LinksSettings(probe_timeout=0.02, most_counted=10))
    for number in range(50):
        for _ in range(2):
            await let_in(links, profile=3, identity=f"CS-{number}")
    assert len(links._replacements) == 10  # noqa: SLF001 - what stays in memory


@pytest.mark.requirement("HRD-03")
async def test_of_two_simultaneous_newcomers_one_gets_in() -> None:
    """Newcomers of one identity are judged one after the other; the second meets the first's living link."""
    links = Links(HASTY)
    results = await asyncio.gather(*(come(links) for _ in range(4)))
    admitted = [result for result in results if isinstance(result, MemoryLink)]
    assert len(admitted) == 1
    assert links.current("CS-1") is admitted[0]
    assert {result.http_status for result in results if isinstance(result, Rejection)} == {409}


@pytest.mark.requirement("HRD-03")
async def test_newcomers_do_not_wait_for_ever_nor_in_a_crowd() -> None:
    """A newcomer that hangs in its upgrade holds others only for a bounded time, and only a few may wait."""
    links = Links(LinksSettings(seat_timeout=0.05, most_waiting=3))
    async with links.seat("CS-1", 1) as seat:
        assert isinstance(seat, Seat)
        results = await asyncio.gather(*(come(links) for _ in range(5)))
        assert sorted(result.http_status for result in results if isinstance(result, Rejection)) == [
            409,
            409,
            429,
            429,
            429,
        ]
        assert isinstance(await come(links, identity="CS-2"), MemoryLink)  # nobody else is held up
    assert isinstance(await come(links), MemoryLink)


@pytest.mark.requirement("HRD-03")
async def test_a_newcomer_whose_upgrade_fails_displaces_no_living_link() -> None:
    """Only a link that exists replaces another one."""
    links = Links(HASTY)
    old = await let_in(links, profile=3)
    with pytest.raises(ConnectionResetError):
        await fail_to_upgrade(links)
    assert links.current("CS-1") is old
    await old.send(b"[]")


async def fail_to_upgrade(links: Links) -> None:
    async with links.seat("CS-1", 3) as seat:
        assert isinstance(seat, Seat)
        raise ConnectionResetError


async def test_epochs_continue_after_a_restart() -> None:
    """The first epoch is higher than the last one that was stored, for every identity."""
    links = Links(HASTY, last_epoch=41)
    assert (await let_in(links)).epoch == 42
    assert (await let_in(links, identity="CS-2")).epoch == 43


async def test_a_seat_is_taken_only_by_the_link_it_was_given_to() -> None:
    """A link of another identity or epoch cannot take a seat."""
    links = Links(HASTY)
    async with links.seat("CS-1", 1) as seat:
        assert isinstance(seat, Seat)
        for wrong in (near_end(seat.epoch + 1), near_end(seat.epoch, identity="CS-2")):
            with pytest.raises(ValueError, match="seat"):
                seat.take(wrong)
    assert len(links) == 0


# Every event of three generations of links of one station. A generation's link is taken before it can die or depart;
# between those limits everything may happen in any order, and the invariants below hold after each event.
EVENTS = ("take 1", "take 2", "take 3", "dies 1", "dies 2", "depart 1", "depart 2", "depart 3")


def orders() -> Iterator[tuple[str, ...]]:
    """All orders of the events in which no link dies or departs before it exists, and links come in order."""
    for order in permutations(EVENTS):
        place = {event: index for index, event in enumerate(order)}
        if place["take 1"] < place["take 2"] < place["take 3"] and all(
            place[f"take {number}"] < place[event] for event in EVENTS[3:] for number in (event[-1],)
        ):
            yield order


async def play(order: tuple[str, ...], profile: int) -> None:
    links = Links(LinksSettings(probe_timeout=0.0, most_replacements=100))
    made: dict[str, MemoryLink] = {}
    departed: set[str] = set()
    highest = 0
    for event in order:
        verb, number = event.split()
        if verb == "take":
            before = links.current("CS-1")
            newcomer = await come(links, profile=profile)
            if isinstance(newcomer, Rejection):
                assert profile == 1
                assert before is not None
                assert before.close_reason == ""
                assert links.current("CS-1") is before
            else:
                made[number] = newcomer
                assert links.current("CS-1") is newcomer
                assert newcomer.epoch > highest
                highest = newcomer.epoch
        elif number in made:
            link = made[number]
            if verb == "dies":
                link.peer.answers_pings = False
                continue
            current = links.current("CS-1")
            await link.close()
            links.depart(link)
            departed.add(number)
            # The late close of a displaced link does not touch the one that displaced it.
            assert links.current("CS-1") is (None if current is link else current)
        await check_fence(links, made)
    for number in made.keys() - departed:
        links.depart(made[number])
    assert len(links) == 0


async def check_fence(links: Links, made: dict[str, MemoryLink]) -> None:
    """At most one link takes messages, and it is the current one (HRD-04)."""
    current = links.current("CS-1")
    for link in made.values():
        if link is current and not link.close_reason:
            await link.send(b"[]")
        else:
            with pytest.raises(LinkClosed):
                await link.send(b"[]")


@pytest.mark.requirement("HRD-03", "HRD-04")
@pytest.mark.parametrize("profile", [1, 3])
async def test_close_events_in_every_order_never_remove_or_revive_the_wrong_link(profile: int) -> None:
    """For every order of arrivals, deaths and late closes, exactly the newest admitted link speaks for the station."""
    count = 0
    for order in orders():
        await play(order, profile)
        count += 1
    assert count > 500


@pytest.mark.requirement("HRD-03", "HRD-04")
@pytest.mark.parametrize("profile", [1, 3])
async def test_newcomers_that_stop_at_any_step_never_leave_two_links(profile: int) -> None:
    """Three newcomers, each holding its seat open, giving up or taking it, in every order of their steps."""
    for order in permutations(("hold", "take", "give up")):
        for closes_between in (False, True):
            links = Links(LinksSettings(probe_timeout=0.0, seat_timeout=0.02))
            made = {"0": await let_in(links, profile=profile)}
            async with AsyncExitStack() as stack:
                for number, step in enumerate(order, start=1):
                    if closes_between:
                        await made["0"].close()
                        links.depart(made["0"])
                    if step == "take":
                        link = await come(links, profile=profile)
                        if isinstance(link, MemoryLink):
                            made[str(number)] = link
                    elif step == "hold":
                        await stack.enter_async_context(links.seat("CS-1", profile))
                    else:
                        async with links.seat("CS-1", profile):
                            pass
                    await check_fence(links, made)
                    assert sum(not link.close_reason for link in made.values()) <= 1
            assert links._gates == {}  # noqa: SLF001 - what stays in memory


class SlowLink(MemoryLink):
    """A link whose probe takes a number of turns of the event loop."""

    turns = 0

    async def probe(self, within: float) -> bool:
        """Answer after the turns, if the link is open and its peer alive by then."""
        await turn(self.turns)
        return await super().probe(within)


async def turn(times: int) -> None:
    """Let others run so many times."""
    for _ in range(times):
        await asyncio.sleep(0)


async def explore(turns: tuple[int, ...], profile: int) -> None:
    """Two newcomers meet an old link that closes meanwhile; each step takes as many turns as the schedule says."""
    probing, closing, upgrading, second_comes, second_upgrading = turns
    links = Links(LinksSettings(probe_timeout=0.0))
    made: list[SlowLink] = []

    def slow_link(epoch: int) -> SlowLink:
        near, far = (SlowLink("CS-1", OcppVersion.OCPP_2_1, epoch, profile) for _ in range(2))
        near.peer, far.peer = far, near
        near.turns = probing
        made.append(near)
        return near

    async def newcomer(wait: int, upgrade: int) -> SlowLink | Rejection:
        await turn(wait)
        async with links.seat("CS-1", profile) as seat:
            if isinstance(seat, Rejection):
                return seat
            await turn(upgrade)
            link = slow_link(seat.epoch)
            seat.take(link)
            return link

    async def close_old() -> None:
        await turn(closing)
        await old.close()
        await turn(1)
        links.depart(old)

    old = await newcomer(0, 0)
    assert isinstance(old, SlowLink)
    running = [
        asyncio.ensure_future(step) for step in (newcomer(0, upgrading), newcomer(second_comes, second_upgrading))
    ]
    closer = asyncio.ensure_future(close_old())
    while not all(task.done() for task in (*running, closer)):
        await asyncio.sleep(0)
        open_links = [link for link in made if not link.close_reason]
        assert len(open_links) <= 1
        assert not open_links or links.current("CS-1") is open_links[0]
    admitted = [task.result() for task in running if isinstance(task.result(), SlowLink)]
    # Whoever was admitted last speaks; the old link's late departure took nobody away.
    assert links.current("CS-1") is (max(admitted, key=lambda link: link.epoch) if admitted else None)
    epochs = [link.epoch for link in made]
    assert epochs == sorted(set(epochs))


@pytest.mark.requirement("HRD-03", "HRD-04")
@pytest.mark.parametrize("profile", [1, 3])
async def test_in_every_schedule_of_two_newcomers_and_a_closing_link_one_link_speaks(profile: int) -> None:
    """Every combination of how long probing, closing and upgrading take leaves at most one open link at any time."""
    for turns in product(range(4), range(7), range(3), range(4), range(3)):
        await explore(turns, profile)


async def test_memory_links_carry_messages_and_end_like_sockets() -> None:
    """The pair delivers in order, waits when full, and closes on both ends."""
    near, far = pair("CS-1", OcppVersion.OCPP_1_6, epoch=5)
    for number in range(3):
        await near.send(b"%d" % number)
    sending = asyncio.create_task(fill(far))
    await near.close(1001, "bye")
    assert [message async for message in far.messages()] == [b"0", b"1", b"2"]
    assert far.close_reason == "closed by the peer with 1001: bye"
    with pytest.raises(LinkClosed):
        await sending
    with pytest.raises(LinkClosed):
        await near.send(b"[]")


async def fill(link: MemoryLink) -> None:
    while True:
        await link.send(b"x")


async def test_a_probe_of_a_memory_link_ends_when_the_link_closes() -> None:
    """A silent peer takes the whole time, a closed link answers at once."""
    near, far = pair()
    assert await near.probe(1)
    far.answers_pings = False
    assert not await near.probe(0.01)
    probing = asyncio.create_task(near.probe(30))
    await asyncio.sleep(0)
    await far.close()
    assert not await asyncio.wait_for(probing, 30)
