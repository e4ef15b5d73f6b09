"""Passwords of stations: rules, verifiers, and how often one may guess."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from pluglot.dialects import credential_rules
from pluglot.messages.version import OcppVersion
from pluglot.transport import (
    Account,
    Admission,
    Arrival,
    Credentials,
    CredentialSettings,
    PasswordDoor,
    Rejection,
    Throttle,
    ThrottleSettings,
    TooBusy,
    UnreadableVerifier,
    generate_password,
)

#: Slow enough to be Argon2, quick enough for tests.
CHEAP = CredentialSettings(argon2_memory_kib=1024, argon2_passes=1)
START = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
async def credentials() -> AsyncIterator[Credentials]:
    made = Credentials(secrets.token_bytes(32), CHEAP)
    yield made
    made.close()


@pytest.mark.requirement("PWD-07")
def test_generated_passwords_are_long_unique_and_good_in_every_version() -> None:
    """160 random bits in a form that every version takes."""
    made = {generate_password() for _ in range(500)}
    assert len(made) == 500
    for password in made:
        assert int(password, 16) < 1 << 160
        assert [credential_rules(version).breach(password) for version in OcppVersion] == [None] * len(OcppVersion)


@pytest.mark.requirement("PWD-06")
async def test_a_verifier_holds_neither_the_password_nor_works_without_the_house_key(credentials: Credentials) -> None:
    """Equal passwords have different verifiers, and those of one house are of no use in another."""
    password = generate_password()
    first, second = credentials.keep_generated(password), credentials.keep_generated(password)
    assert first != second
    assert password not in first
    assert await credentials.verify(first, password.encode())
    assert await credentials.verify(second, password.encode())
    assert not await credentials.verify(first, generate_password().encode())
    assert not await credentials.verify(first, b"")
    other = Credentials(secrets.token_bytes(32), CHEAP)
    assert not await other.verify(first, password.encode())
    other.close()


@pytest.mark.requirement("PWD-06")
async def test_a_chosen_password_is_kept_as_argon2(credentials: Credentials) -> None:
    """What a person chose gets a slow hash; right and wrong are told apart before and after it was seen once."""
    verifier = await credentials.keep_chosen("my-dog-is-16-now")
    assert "argon2id" in verifier
    assert "my-dog" not in verifier
    for _ in range(2):
        assert not await credentials.verify(verifier, b"my-cat-is-16-now")
        assert await credentials.verify(verifier, b"my-dog-is-16-now")


async def test_a_reconnect_storm_hashes_slowly_only_once_per_station(credentials: Credentials) -> None:
    """After its first log-in neither right nor wrong passwords of a station cost a slow hash."""
    verifier = await credentials.keep_chosen("my-dog-is-16-now")
    assert await credentials.verify(verifier, b"my-dog-is-16-now")
    credentials.close()  # no thread is left to hash slowly
    assert await credentials.verify(verifier, b"my-dog-is-16-now")
    assert not await credentials.verify(verifier, b"wrong")


async def test_too_many_slow_checks_at_once_are_refused() -> None:
    """A flood of log-ins with chosen passwords is answered, not queued for minutes."""
    credentials = Credentials(bytes(32), CredentialSettings(argon2_memory_kib=1024, argon2_passes=1, most_waiting=3))
    verifier = await credentials.keep_chosen("my-dog-is-16-now")
    results = await asyncio.gather(
        *(credentials.verify(verifier, b"wrong-%d" % number) for number in range(10)), return_exceptions=True
    )
    assert [type(result) for result in results] == [bool] * 3 + [TooBusy] * 7
    credentials.close()


@pytest.mark.requirement("PWD-03")
async def test_a_hex_key_is_accepted_as_bytes_and_as_digits_when_so_marked(credentials: Credentials) -> None:
    """Many 1.6 stations send the digits instead of the bytes; unmarked stations must send what was set."""
    key = secrets.token_bytes(18)
    for verifier in (
        credentials.keep_generated(key.hex(), hex_key=True),
        await credentials.keep_chosen(key.hex(), hex_key=True),
    ):
        for form in (key, key.hex().encode(), key.hex().upper().encode()):
            assert await credentials.verify(verifier, form)
        assert not await credentials.verify(verifier, key[:-1])
    plain = credentials.keep_generated(key.hex(), hex_key=False)
    assert await credentials.verify(plain, key.hex().encode())
    assert not await credentials.verify(plain, key)


@pytest.mark.parametrize(
    "text", ["", "x", "keyed:plain:!!:!!", "keyed:plain:AA==:AA==", "md5:plain:x:y", "argon2:plain:x"]
)
async def test_a_verifier_that_was_not_made_here_is_an_error_without_the_text(
    credentials: Credentials, text: str
) -> None:
    """Damage in the store is loud, and shows nothing of the verifier."""
    with pytest.raises(UnreadableVerifier, match="stored verifier"):
        await credentials.verify(text, b"x" * 16)


def test_a_house_key_must_be_whole() -> None:
    """A short key is refused at the start."""
    with pytest.raises(ValueError, match="32 bytes"):
        Credentials(b"short")


def arrival(
    password: str | None, *, identity: str = "CS-1", user: str | None = "same", address: str = "10.0.0.1", at: float = 0
) -> Arrival:
    return Arrival(
        identity=identity,
        offered_subprotocols=("ocpp2.1",),
        user_name=None if password is None else identity if user == "same" else user,
        password=None if password is None else password.encode(),
        remote_address=address,
        user_agent=None,
        security_profile=1,
        at=START + timedelta(seconds=at),
    )


class House:
    """A door with one station, counting look-ups and checks."""

    def __init__(self, credentials: Credentials, throttle: Throttle | None = None) -> None:
        self.password = generate_password()
        self.account = Account(identity="CS-1", security_profile=1, verifier=credentials.keep_generated(self.password))
        self.checks = 0
        self.refused: list[str] = []
        self._verify = credentials.verify
        credentials.verify = self._counted  # type: ignore[method-assign]
        self.door = PasswordDoor(
            credentials, Throttle() if throttle is None else throttle, find=self._find, refused=self._note
        )

    async def _counted(self, verifier: str | None, password: bytes) -> bool:
        self.checks += 1
        return await self._verify(verifier, password)

    async def _find(self, identity: str) -> Account | None:
        return self.account if identity == "CS-1" else None

    async def _note(self, _arrival: Arrival, rejection: Rejection) -> None:
        self.refused.append(rejection.reason)


@pytest.mark.requirement("PWD-01", "HRD-01", "HRD-02", "SEC-02")
async def test_the_door_lets_in_only_who_proves_it(credentials: Credentials) -> None:
    """Identity, user name, password and profile must all be right; every refusal has its reason."""
    house = House(credentials)
    right = house.password
    assert await house.door.judge(arrival(right)) == Admission(identity="CS-1", security_profile=1)
    for wrong, reason in (
        (arrival(None), "wrong-password"),
        (arrival(right + "x"), "wrong-password"),
        (arrival(right, user="cs-1"), "wrong-password"),
        (arrival(right, user="CS-1 "), "wrong-password"),
        (arrival(right, identity="CS-2"), "unknown"),
    ):
        verdict = await house.door.judge(wrong)
        assert isinstance(verdict, Rejection)
        assert verdict.reason == reason
    house.account = Account(identity="CS-1", security_profile=2, verifier=house.account.verifier)
    verdict = await house.door.judge(arrival(right))
    assert verdict == Rejection(http_status=401, reason="wrong-profile")


@pytest.mark.requirement("PWD-09")
async def test_a_flood_of_throttled_guesses_is_passed_on_now_and_then(credentials: Credentials) -> None:
    """Every other refusal is news; of throttled ones, one per address in ten seconds is enough."""
    house = House(credentials)
    throttled, unknown = (Rejection(http_status=429, reason=reason) for reason in ("throttled", "unknown"))
    for second in range(30):
        for address in ("192.0.2.1", "192.0.2.2"):
            await house.door.turned_away(arrival("x" * 16, address=address, at=second), throttled)
        await house.door.turned_away(arrival("x" * 16, address="192.0.2.1", at=second), unknown)
    assert house.refused.count("throttled") == 6
    assert house.refused.count("unknown") == 30


@pytest.mark.requirement("WS-03")
async def test_an_unknown_station_costs_the_door_as_much_as_a_wrong_password(credentials: Credentials) -> None:
    """The same check is made for nobody's password."""
    house = House(credentials)
    await house.door.judge(arrival("x" * 16))
    await house.door.judge(arrival("x" * 16, identity="CS-2"))
    assert house.checks == 2


@pytest.mark.requirement("PWD-06")
def test_an_arrival_never_shows_its_password() -> None:
    """Whoever writes an arrival to a log writes no password."""
    secret = "do-not-show-this-one"
    assert secret not in repr(arrival(secret))
    assert secret not in f"{arrival(secret)}"
    assert secret not in logging.LogRecord("x", 20, "", 0, "%r", (arrival(secret),), None).getMessage()


@pytest.mark.requirement("PWD-09")
async def test_of_a_million_guesses_few_are_looked_at_and_the_real_station_gets_in(credentials: Credentials) -> None:
    """A thousand guesses a second for a quarter of an hour, from one address and from many: few are evaluated."""
    house = House(credentials)
    # Nobody guesses a generated one.
    chosen = await credentials.keep_chosen(house.password)
    house.account = Account(identity="CS-1", security_profile=1, verifier=chosen)
    assert isinstance(await house.door.judge(arrival(house.password, address="10.0.0.1")), Admission)
    house.checks = 0
    many = [f"198.51.{number // 250}.{number % 250}" for number in range(0, 25_000, 7)]
    for second in range(1_000):
        # Those of one second come at the same moment; the judge looks at the address and the time only.
        guesses = [
            arrival("x" * 16, address=address, at=second)
            for address in ("192.0.2.7", *(many[(second * 9 + number) % len(many)] for number in range(9)))
        ]
        for number in range(1_000):
            verdict = await house.door.judge(guesses[0 if number % 2 else number // 2 % 9 + 1])
            assert isinstance(verdict, Rejection)
        if second % 100 == 50:
            back = await house.door.judge(arrival(house.password, address="10.0.0.1", at=second))
            assert isinstance(back, Admission)
            house.checks -= 1
    assert 0 < house.checks < 2_000


@pytest.mark.requirement("PWD-09", "HRD-02")
@pytest.mark.parametrize("kind", ["generated", "chosen", "chosen and forgotten"])
async def test_guesses_from_its_own_address_do_not_keep_the_right_password_out(
    credentials: Credentials, kind: str
) -> None:
    """Who knows the identity and shares the address, a proxy say, guesses without end: the station is in at once."""
    throttle = Throttle()
    house = House(credentials, throttle)
    if kind != "generated":
        chosen = await credentials.keep_chosen(house.password)
        house.account = Account(identity="CS-1", security_profile=1, verifier=chosen)
    if kind == "chosen and forgotten":  # as after a restart
        throttle.remember_home("CS-1", "10.0.0.1")
    else:
        assert isinstance(await house.door.judge(arrival(house.password)), Admission)
    for second in range(3):
        for number in range(20):
            verdict = await house.door.judge(arrival(f"a wrong password {number}", at=second))
        assert verdict == Rejection(http_status=429, reason="throttled")
        assert isinstance(await house.door.judge(arrival(house.password, at=second)), Admission)


@pytest.mark.requirement("PWD-09", "HRD-02")
async def test_a_generated_password_is_right_from_wherever_it_comes(credentials: Credentials) -> None:
    """A station that never came before is not kept out by guesses from elsewhere; a chosen password must wait."""
    house = House(credentials)
    for number in range(50):
        await house.door.judge(arrival("x" * 16, address=f"192.0.2.{number}"))
    assert isinstance(await house.door.judge(arrival(house.password, address="198.51.100.1")), Admission)
    chosen = await credentials.keep_chosen("a password by people")
    house = House(credentials)
    house.account = Account(identity="CS-1", security_profile=1, verifier=chosen)
    for number in range(50):
        await house.door.judge(arrival("x" * 16, address=f"192.0.2.{number}"))
    verdict = await house.door.judge(arrival("a password by people", address="198.51.100.1"))
    assert verdict == Rejection(http_status=429, reason="throttled")


@pytest.mark.requirement("PWD-09")
async def test_guesses_that_come_at_the_same_moment_are_as_few_as_one_after_another(credentials: Credentials) -> None:
    """A hundred connections guess a chosen password at once: five are looked at, and the real station is let in."""
    throttle = Throttle()
    house = House(credentials, throttle)
    chosen = await credentials.keep_chosen(house.password)
    house.account = Account(identity="CS-1", security_profile=1, verifier=chosen)
    throttle.remember_home("CS-1", "10.0.0.1")
    guesses = [house.door.judge(arrival("x" * 16, address=f"192.0.2.{number}")) for number in range(100)]
    *verdicts, real = await asyncio.gather(*guesses, house.door.judge(arrival(house.password)))
    assert isinstance(real, Admission)
    assert [verdict.http_status for verdict in verdicts if isinstance(verdict, Rejection)] == [401] * 5 + [429] * 95
    # That of the station is looked at while too many are, and once more when it is let in.
    assert house.checks == 5 + 2


@pytest.mark.requirement("PWD-09")
async def test_slow_checks_of_who_failed_too_often_are_made_one_at_a_time(credentials: Credentials) -> None:
    """A flood from the address of a station costs one slow hash at a time; nobody else waits for more."""
    throttle = Throttle()
    house = House(credentials, throttle)
    chosen = await credentials.keep_chosen(house.password)
    house.account = Account(identity="CS-1", security_profile=1, verifier=chosen)
    throttle.remember_home("CS-1", "10.0.0.1")
    for _ in range(10):
        throttle.failed("CS-1", "10.0.0.1", START)
    guesses = (house.door.judge(arrival(f"a wrong password {number}")) for number in range(100))
    verdicts = await asyncio.gather(*guesses)
    assert all(verdict == Rejection(http_status=429, reason="throttled") for verdict in verdicts)
    assert house.checks == 1


@pytest.mark.requirement("PWD-09")
def test_five_failures_are_free_and_then_the_delay_doubles_up_to_a_quarter_of_an_hour() -> None:
    """The delay grows with each failure, ends at 15 minutes, and is forgotten after a quiet time."""
    throttle = Throttle()
    now, delays = START, []
    for _ in range(18):
        throttle.failed("CS-1", "10.0.0.1", now)
        delay = throttle.delay("CS-1", "10.0.0.1", now)
        delays.append(delay)
        now += timedelta(seconds=delay)
    assert delays[:4] == [0, 0, 0, 0]
    assert delays[4:8] == [2, 4, 8, 16]
    assert delays[-1] == 900
    now += timedelta(seconds=61)
    throttle.failed("CS-1", "10.0.0.1", now)
    assert throttle.delay("CS-1", "10.0.0.1", now) == 0


@pytest.mark.requirement("PWD-09")
def test_the_real_station_is_not_locked_out_by_others_nor_by_its_neighbours() -> None:
    """From its own address only its own failures count, also when only the store remembers that address."""
    throttle = Throttle(ThrottleSettings(shared_networks=()))
    throttle.succeeded("CS-1", "10.0.0.1", START)
    throttle.remember_home("CS-2", "10.0.0.1")
    throttle.remember_home("CS-1", "10.9.9.9")  # an older address does not overrule what was seen since
    for number in range(50):
        throttle.failed("CS-1", "192.0.2.1", START)
        throttle.failed(f"CS-X{number}", "10.0.0.1", START)
    assert throttle.delay("CS-1", "192.0.2.1", START) > 0
    assert throttle.delay("CS-1", "192.0.2.2", START) > 0
    assert throttle.delay("CS-3", "10.0.0.1", START) > 0
    assert throttle.delay("CS-1", "10.0.0.1", START) == 0
    assert throttle.delay("CS-2", "10.0.0.1", START) == 0
    for _ in range(5):
        throttle.failed("CS-1", "10.0.0.1", START)
    assert throttle.delay("CS-1", "10.0.0.1", START) > 0
    throttle.succeeded("CS-1", "10.0.0.1", START)
    assert throttle.delay("CS-1", "10.0.0.1", START) == 0


@pytest.mark.requirement("PWD-09")
def test_a_guesser_behind_the_same_address_keeps_the_real_station_out_for_seconds_only() -> None:
    """At home the delay ends soon after the last guess, so the station is back in less than five seconds."""
    throttle = Throttle()
    throttle.succeeded("CS-1", "10.0.0.1", START)
    for _ in range(100):
        throttle.failed("CS-1", "10.0.0.1", START)
    assert 0 < throttle.delay("CS-1", "10.0.0.1", START) < 5
    assert throttle.delay("CS-1", "10.0.0.1", START + timedelta(seconds=3)) == 0


@pytest.mark.requirement("PWD-09")
def test_addresses_that_many_share_are_counted_by_identity_only() -> None:
    """One misconfigured station behind the reverse proxy does not keep the others out."""
    throttle = Throttle(ThrottleSettings(shared_networks=("127.0.0.0/8", "10.1.0.0/16")))
    for address in ("127.0.0.1", "10.1.2.3"):
        for _ in range(20):
            throttle.failed("CS-1", address, START)
        assert throttle.delay("CS-1", address, START) > 0
        assert throttle.delay("CS-2", address, START) == 0


@pytest.mark.requirement("PWD-09")
def test_an_attacker_with_a_network_of_ipv6_addresses_is_one_attacker() -> None:
    """Of an IPv6 address the first 64 bits count; an IPv4 address in IPv6 form is that IPv4 address."""
    throttle = Throttle()
    for number in range(20):
        throttle.failed(f"CS-{number}", f"2001:db8:1:2::{number:x}", START)
        throttle.failed(f"CS-{number}", "::ffff:192.0.2.9", START)
    assert throttle.delay("CS-99", "2001:db8:1:2:ffff::1", START) > 0
    assert throttle.delay("CS-99", "2001:db8:1:3::1", START) == 0
    assert throttle.delay("CS-99", "192.0.2.9", START) > 0
    throttle.failed("CS-99", "no address at all", START)
    assert throttle.delay("CS-99", "no address at all", START) == 0


@pytest.mark.requirement("PWD-09")
def test_the_memory_of_failures_is_bounded() -> None:
    """However many identities and addresses are tried, only so many are remembered."""
    throttle = Throttle(ThrottleSettings(most_remembered=100))
    for number in range(1000):
        throttle.failed(f"CS-{number}", f"10.0.{number // 250}.{number % 250}", START)
        throttle.succeeded(f"OK-{number}", "10.0.0.1", START)
    assert len(throttle) == 400
