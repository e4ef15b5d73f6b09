"""Passwords that a management system changes while each hop has its own (mapping 8.7, chapter 14)."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pluglot.app.bridge import BridgeProgram
from pluglot.app.bridge_door import FileDoor, StationCredentials
from pluglot.app.bridge_passwords import ChangedPasswords
from pluglot.app.bridged import Bridged
from pluglot.bridge import Answer
from pluglot.dialects.policy import CredentialScope, HopMode, UnknownOffline
from pluglot.messages.version import OcppVersion
from pluglot.store.shared_journal import SharedJournal
from pluglot.transport import Admission, Arrival, Credentials, CredentialSettings
from tests.bridge.test_program import settings
from tests.dialects.driver import message

OLD, NEW = "old-password-1234", "new-password-5678"
FILE = {"CP1": StationCredentials(station_password=OLD, upstream_password="upstream-of-file")}
QUICK = CredentialSettings(argon2_memory_kib=8, argon2_passes=1)
Make = Callable[..., tuple[ChangedPasswords, FileDoor]]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Makes what remembers changes and the door that goes by it, anew each time, over one journal."""
    journal = SharedJournal(tmp_path / "bridge.journal")
    await journal.open()
    made: list[Credentials] = []

    def make_one(scope: str = "hop", version: str = "2.0.1") -> tuple[ChangedPasswords, FileDoor]:
        credentials = Credentials(secrets.token_bytes(32), QUICK)
        made.append(credentials)
        changed = ChangedPasswords(journal, credentials, CredentialScope(scope), OcppVersion(version))
        return changed, FileDoor(FILE, credentials, changed, lambda _reason: None)

    yield make_one
    for credentials in made:
        credentials.close()
    await journal.close()


async def lets_in(door: FileDoor, password: str | bytes, identity: str = "CP1") -> bool:
    """Whether a station with this password is let in."""
    arrival = Arrival(
        identity=identity,
        offered_subprotocols=("ocpp1.6",),
        user_agent=None,
        remote_address=f"192.0.2.{secrets.randbelow(250)}",
        user_name=identity,
        password=password.encode() if isinstance(password, str) else password,
        security_profile=1,
        at=datetime.now(UTC),
    )
    return isinstance(await door.judge(arrival), Admission)


@pytest.mark.requirement("BRG-05")
async def test_a_changed_password_is_the_stations_from_then_on(make: Make) -> None:
    """The old one is good until the new one was shown; after a restart the change is still known."""
    changed, door = make()
    assert await lets_in(door, OLD)
    await changed.take("CP1", NEW)
    assert await lets_in(door, OLD), "the station may not have restarted yet"
    assert await lets_in(door, NEW.encode().hex()), "a 1.6 station may show the digits of its key"
    assert await lets_in(door, NEW)
    assert not await lets_in(door, OLD)
    _, again = make()
    assert await lets_in(again, NEW)
    assert not await lets_in(again, "something-else-90")


@pytest.mark.requirement("PWD-09")
async def test_guesses_of_a_changed_password_are_few(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who guesses while a changed password was not shown yet costs few slow hashes, however many guesses there are."""
    changed, door = make()
    await changed.take("CP1", NEW)
    checks = 0
    verify = Credentials.verify

    async def counted(self: Credentials, verifier: str | None, password: bytes) -> bool:
        nonlocal checks
        checks += verifier is not None and verifier.startswith("argon2:")
        return await verify(self, verifier, password)

    monkeypatch.setattr(Credentials, "verify", counted)
    for number in range(200):
        assert not await lets_in(door, f"a-wrong-one-{number:04}")
    assert 0 < checks <= 10


@pytest.mark.parametrize(
    ("scope", "version", "password", "upstream"),
    [
        ("hop", "2.0.1", NEW, "upstream-of-file"),
        ("mirror", "2.0.1", NEW, NEW),
        ("hop", "1.6", "00ff" * 8, "upstream-of-file"),
        ("mirror", "1.6", "00ff" * 8, b"\x00\xff" * 8),
        ("mirror", "1.6", NEW, NEW),
    ],
)
async def test_credential_scope(make: Make, scope: str, version: str, password: str, upstream: str | bytes) -> None:
    """A change concerns the station's hop alone, or with ``mirror`` the uplink too, as its version shows a key."""
    changed, door = make(scope, version)
    assert await changed.upstream("CP1", "upstream-of-file") == "upstream-of-file"
    await changed.take("CP1", password)
    assert await changed.upstream("CP1", "upstream-of-file") == upstream
    restarted, _ = make(scope, version)
    assert await restarted.upstream("CP1", "upstream-of-file") == upstream
    assert await lets_in(door, password)


async def test_a_bridge_remembers_what_a_station_took(tmp_path: Path) -> None:
    """The program with a file keeps the change of its management system; without one there is nothing to keep."""
    file = tmp_path / "credentials.toml"
    file.write_text(f'[stations."CP1"]\nstation-password = "{OLD}"\nupstream-password = "upstream-of-file"\n')
    request = message("v16:ChangeConfiguration", {"key": "authorizationKey", "value": NEW.encode().hex()})
    for given in ({"credentials": str(file), "credential_scope": "mirror"}, {}):
        async with BridgeProgram(settings(tmp_path, **{"as": "1.6", **given})) as program:
            for status in ("Rejected", "Accepted"):
                answer = message("v16:ChangeConfigurationResponse", {"status": status})

                class Answering:
                    async def from_csms(self, _request: Any, answer: Any = answer) -> Answer:
                        return Answer(answer)

                station: Any = Bridged("CP1", program.shared)
                assert (await station.from_csms(Answering(), request)).response is answer
                if program.shared.passwords is not None:
                    known = await program.shared.passwords.upstream("CP1", "upstream-of-file")
                    assert known == (NEW.encode() if status == "Accepted" else "upstream-of-file")
        assert (program.shared.passwords is None) is not given


@pytest.mark.parametrize("mode", ["transparent", "store-and-forward"])
@pytest.mark.parametrize("unknown", ["accept", "reject"])
async def test_the_switches_of_a_bridge_reach_its_stations(tmp_path: Path, mode: str, unknown: str) -> None:
    """``hop_mode``, ``unknown_offline`` and ``credential_scope`` are what the settings say (chapter 14)."""
    file = tmp_path / "credentials.toml"
    file.write_text(f'[stations."CP1"]\nstation-password = "{OLD}"\n')
    given = settings(tmp_path, mode=mode, unknown_offline=unknown, credentials=str(file))
    async with BridgeProgram(given) as program:
        policy = program.shared.policy
        assert (policy.hop_mode, policy.unknown_offline) == (HopMode(mode), UnknownOffline(unknown))
        assert policy.credential_scope is CredentialScope.HOP
        assert program.stores is (mode == "store-and-forward")
