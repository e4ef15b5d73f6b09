"""A second link of one identity over real sockets: half-open links, forged newcomers, and policy (HRD-03)."""

from __future__ import annotations

import asyncio
import base64
import logging

import pytest

from pluglot.transport import LinkClosed, LinkSettings, LinksSettings, Refused, Throttle, ThrottleSettings, connect
from pluglot.transport.handshake import basic_header
from tests.network.transport_rig import PASSWORD, dialled, running

#: Where the first link is dead.
QUICK = LinksSettings(probe_timeout=0.2)
#: Where it lives, and a busy machine may take its time to say so.
CALM = LinksSettings(probe_timeout=30)
PATIENT = 30.0


@pytest.mark.requirement("HRD-03", "NET-08")
async def test_a_half_open_first_link_is_replaced_by_the_returning_station(caplog: pytest.LogCaptureFixture) -> None:
    """The first link's peer is frozen: the newcomer gets in after the probe, and the old link's end changes nothing."""
    async with running(links=QUICK) as rig, dialled(rig) as frozen:
        await frozen.ask()
        old = rig.links.current("CS-1")
        assert old is not None
        async with asyncio.timeout(PATIENT):
            new = await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)
        with pytest.raises(LinkClosed, match="replaced by a newer link"):
            await old.send(b"[]")
        assert await asyncio.wait_for(rig.ended.get(), PATIENT) is old
        current = rig.links.current("CS-1")
        assert current is not None
        assert current.epoch > old.epoch
        await frozen.hang_up()
        await new.send(b"[1]")
        assert await anext(aiter(new.messages())) == b"[1]"
        assert rig.links.current("CS-1") is current
        said = [vars(record) for record in caplog.records if "does not answer" in record.getMessage()]
        assert [(record["station"], record["epoch"]) for record in said] == [("CS-1", old.epoch)]
        await new.close()


@pytest.mark.requirement("HRD-03")
async def test_a_living_first_link_stays_in_profile_1_and_the_door_shows_the_second() -> None:
    """The newcomer gets 409 although its password is right; the first link does not notice."""
    async with running(links=CALM) as rig:
        first = await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)
        with pytest.raises(Refused) as refused:
            await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)
        assert refused.value.http_status == 409
        assert [rejection.reason for _, rejection in rig.refusals] == ["duplicate-link"]
        await first.send(b"[1]")
        assert await anext(aiter(first.messages())) == b"[1]"
        await first.close()


@pytest.mark.requirement("HRD-03", "HRD-02")
async def test_a_newcomer_without_the_password_does_not_even_cause_a_probe() -> None:
    """Nothing that an unauthenticated peer sends disturbs an authenticated one."""
    async with running(links=QUICK, link=LinkSettings(ping_interval=0)) as rig, dialled(rig) as first:
        await first.ask()
        for _ in range(3):
            async with dialled(rig) as forger:
                assert (await forger.ask(password="guess-guess-guess"))[0] == 401
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(first.event(skip_pings=False), 0.3)
        assert rig.links.current("CS-1") is rig.served[0]


@pytest.mark.requirement("HRD-03", "HRD-04")
async def test_where_policy_replaces_the_old_link_hears_1008_and_gets_nothing_more() -> None:
    """A living link is replaced when the deployment says so; between both no message goes astray."""
    settings = LinksSettings(replace_living=(1,), probe_timeout=30, most_replacements=3)
    async with running(links=settings) as rig:
        links = [await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)]
        for _ in range(3):
            old = rig.links.current("CS-1")
            assert old is not None
            # Somebody must read on the living link, or it answers no ping.
            links.append(await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD))
            with pytest.raises(LinkClosed):
                await old.send(b"[]")
            await asyncio.wait_for(links[-2].wait_closed(), PATIENT)
            assert links[-2].close_reason == "closed by the peer with 1008: replaced by a newer link"
        with pytest.raises(Refused) as refused:
            await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)
        assert refused.value.http_status == 429
        await links[-1].close()


@pytest.mark.requirement("HRD-03")
async def test_simultaneous_newcomers_make_one_link() -> None:
    """Ten at once: one gets in, the others are refused."""
    async with running(links=CALM) as rig:
        results = await asyncio.gather(
            *(connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD) for _ in range(10)), return_exceptions=True
        )
        links = [result for result in results if not isinstance(result, BaseException)]
        assert len(links) == 1
        assert {result.http_status for result in results if isinstance(result, Refused)} <= {409, 429}
        assert len(rig.links) == 1
        await links[0].close()


@pytest.mark.requirement("HRD-03")
async def test_a_station_that_flaps_always_gets_back_in() -> None:
    """Hanging up without a close frame and coming back at once, over and over."""
    async with running(links=QUICK) as rig:
        for number in range(100):
            async with dialled(rig) as client:
                status, _, _ = await client.ask()
                assert status == 101, number
                client.writer.transport.abort()
        async with asyncio.timeout(PATIENT):
            for _ in range(100):
                await rig.ended.get()
            while len(rig.links):
                await asyncio.sleep(0.01)
        assert [link.epoch for link in rig.served] == sorted({link.epoch for link in rig.served})


@pytest.mark.requirement("PWD-09")
async def test_a_guesser_is_slowed_down_and_the_real_station_connects_meanwhile() -> None:
    """After five wrong passwords no more are looked at; the station comes in from its own address."""
    # The delay is long, so that it is not over before a slow machine has guessed thirty times.
    throttle = Throttle(ThrottleSettings(shared_networks=(), first_delay=600))
    async with running(throttle=throttle) as rig:
        station = await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)  # from 127.0.0.1
        await station.close()
        statuses = []
        for number in range(30):
            async with dialled(rig, local="127.0.0.66") as guesser:
                statuses.append((await guesser.ask(password=f"guess-number-{number:04}"))[0])
        assert statuses[:5] == [401] * 5
        assert set(statuses[5:]) == {429}
        async with asyncio.timeout(PATIENT):
            station = await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)
        await station.close()
        async with dialled(rig, local="127.0.0.66") as guesser:
            assert (await guesser.ask(password="one more guess 0"))[0] == 429
        async with dialled(rig, local="127.0.0.66") as guesser:
            assert (await guesser.ask())[0] == 101  # a generated password is right from everywhere


@pytest.mark.requirement("PWD-06")
async def test_no_password_is_written_to_any_log(caplog: pytest.LogCaptureFixture) -> None:
    """Right, wrong and malformed credentials leave no trace in the log, whatever its level."""
    caplog.set_level(logging.DEBUG)
    wrong = "a-wrong-one-of-16"
    async with running() as rig:
        station = await connect(rig.url, "CS-1", ["ocpp2.1"], password=PASSWORD)
        for identity in ("CS-2", "XX-1"):
            with pytest.raises(Refused) as refused:
                await connect(rig.url, identity, ["ocpp2.1"], password=wrong)
            assert wrong not in repr(refused.value)
        await station.close()
    said = "\n".join(str(vars(record)) for record in caplog.records)
    assert "'station': 'CS-1'" in said
    for secret in (PASSWORD, wrong):
        assert secret not in said
        assert base64.b64encode(secret.encode()).decode()[:16] not in said
        assert basic_header("CS-1", secret.encode()) not in said


@pytest.mark.requirement("NET-07")
async def test_a_reconnect_storm_is_served() -> None:
    """Three hundred stations at once are all let in."""
    async with running() as rig:
        async with asyncio.timeout(60):
            links = await asyncio.gather(
                *(connect(rig.url, f"CS-{number}", ["ocpp2.1"], password=PASSWORD) for number in range(300))
            )
        assert len(rig.links) == 300
        await asyncio.gather(*(link.close() for link in links))
