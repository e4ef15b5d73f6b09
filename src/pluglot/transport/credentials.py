"""Passwords of stations: how they are kept, and how one is checked without betraying anything."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import argon2
import msgspec

KEYED = "keyed"  # a keyed, salted hash: right for long random secrets, and cheap
ARGON2 = "argon2"  # a slow hash: right for what people choose
PLAIN = "plain"
HEX = "hex"

_DIGEST_SIZE = 32
_SALT_SIZE = 16
_HOUSE_KEY_SIZE = 32
_SCHEMES = {(scheme, form) for scheme in (KEYED, ARGON2) for form in (PLAIN, HEX)}

#: PWD-03: digits that may stand for the bytes of a key.
_HEX_KEY = re.compile(r"(?:[0-9A-Fa-f]{2}){16,20}")


class UnreadableVerifier(ValueError):
    """A stored verifier was not made here; the message does not show it."""


class TooBusy(RuntimeError):
    """More slow checks wait than will be done in time; the station should come again later."""


class CredentialSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cost of checking passwords that people chose."""

    #: Argon2id as OWASP recommends it: 19 MiB, two passes.
    argon2_memory_kib: int = 19456
    argon2_passes: int = 2
    #: Slow hashes done at once; each takes a core.
    argon2_threads: int = 2
    #: Slow hashes waiting; more are refused, so that nobody waits for minutes.
    most_waiting: int = 128
    #: For how many verifiers the last good password is remembered as a fast hash in memory.
    most_remembered: int = 200_000


def generate_password() -> str:
    """Return a new random password of 160 bits as 40 hexadecimal digits (PWD-07).

    It is good in every version: as text in 2.x, and as the digits of a 20-byte AuthorizationKey in 1.6. Keep it with
    ``hex_key=True``, because 1.6 stations send the bytes or the digits (PWD-03).
    """
    return secrets.token_hex(20)


class Credentials:
    """Makes and checks the verifier texts that a store keeps instead of passwords (PWD-06).

    ``house_key`` is 32 random bytes kept by this installation alone; without it the keyed verifiers are worthless, to
    a thief of the database as to us.
    """

    def __init__(self, house_key: bytes, settings: CredentialSettings | None = None) -> None:
        if len(house_key) != _HOUSE_KEY_SIZE:
            raise ValueError(f"the house key must have {_HOUSE_KEY_SIZE} bytes, has {len(house_key)}")
        self._house_key = house_key
        self._settings = settings or CredentialSettings()
        self._argon2 = argon2.PasswordHasher(
            time_cost=self._settings.argon2_passes, memory_cost=self._settings.argon2_memory_kib, parallelism=1
        )
        self._threads = ThreadPoolExecutor(self._settings.argon2_threads, thread_name_prefix="argon2")
        self._waiting = 0
        self._memory_key = secrets.token_bytes(32)  # of this process alone
        self._remembered: OrderedDict[str, bytes] = OrderedDict()

    def close(self) -> None:
        """Give the threads back."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def keep_generated(self, password: str, *, hex_key: bool = True) -> str:
        """Return the verifier of a generated password."""
        form = HEX if hex_key else PLAIN
        salt = secrets.token_bytes(_SALT_SIZE)
        digest = self._digest(salt, _canonical(password.encode(), form))
        return ":".join((KEYED, form, base64.b64encode(salt).decode(), base64.b64encode(digest).decode()))

    async def keep_chosen(self, password: str | bytes, *, hex_key: bool = False) -> str:
        """Return the verifier of a password that a person chose, or of the raw key a station brought (PWD-03).

        It takes some hundredths of a second in a thread.

        Raises:
            TooBusy: Too many wait already.
        """
        form = HEX if hex_key else PLAIN
        secret = _canonical(password.encode() if isinstance(password, str) else password, form)
        return ":".join((ARGON2, form, await self._slowly(self._argon2.hash, secret)))

    def is_unguessable(self, verifier: str) -> bool:
        """Whether the password was generated here (PWD-07), so that looking at guesses gives nothing away."""
        return verifier.startswith(f"{KEYED}:")

    def is_quick(self, verifier: str) -> bool:
        """Whether a check takes no slow hash, because the password was generated or is remembered."""
        return self.is_unguessable(verifier) or verifier in self._remembered

    @property
    def waiting(self) -> int:
        """How many slow checks wait or are being done."""
        return self._waiting

    async def verify(self, verifier: str | None, password: bytes) -> bool:
        """Say whether this is the password; without a verifier the same work is done and the answer is no (WS-03).

        Raises:
            TooBusy: Too many slow checks wait already.
            UnreadableVerifier: The stored text was not made here.
        """
        if verifier is None:
            self._same_digest(bytes(_SALT_SIZE), bytes(_DIGEST_SIZE), password)
            return False
        scheme, _, rest = verifier.partition(":")
        form, _, text = rest.partition(":")
        if (scheme, form) not in _SCHEMES:
            raise UnreadableVerifier("the stored verifier has an unknown form")
        candidate = _canonical(password, form)
        if scheme == KEYED:
            return self._verify_keyed(text, candidate)
        return await self._verify_argon2(verifier, text, candidate)

    def _verify_keyed(self, text: str, candidate: bytes) -> bool:
        salt, _, digest = text.partition(":")
        try:
            return self._same_digest(base64.b64decode(salt), base64.b64decode(digest), candidate)
        except ValueError:
            raise UnreadableVerifier("the stored verifier is damaged") from None

    async def _verify_argon2(self, verifier: str, text: str, candidate: bytes) -> bool:
        quick = hmac.digest(self._memory_key, verifier.encode() + b"\x00" + candidate, "sha256")
        remembered = self._remembered.get(verifier)
        if remembered is not None:
            self._remembered.move_to_end(verifier)
            # What is remembered is the right password, so another one is wrong: a storm costs no slow hash.
            return hmac.compare_digest(remembered, quick)
        try:
            await self._slowly(self._argon2.verify, text, candidate)
        except argon2.exceptions.VerifyMismatchError:
            return False
        except argon2.exceptions.InvalidHashError:
            raise UnreadableVerifier("the stored verifier is damaged") from None
        self._remembered[verifier] = quick
        if len(self._remembered) > self._settings.most_remembered:
            self._remembered.popitem(last=False)
        return True

    async def _slowly(self, work: object, *arguments: object) -> str:
        if self._waiting >= self._settings.most_waiting:
            raise TooBusy("too many passwords wait to be checked")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return str(await loop.run_in_executor(self._threads, work, *arguments))  # type: ignore[arg-type]
        finally:
            self._waiting -= 1

    def _digest(self, salt: bytes, secret: bytes) -> bytes:
        # blake2b wants its key, salt and person bounded; the secret is bounded by the handshake's size limit.
        return hashlib.blake2b(
            secret, digest_size=_DIGEST_SIZE, key=self._house_key, salt=salt, person=b"pluglot station"
        ).digest()

    def _same_digest(self, salt: bytes, digest: bytes, candidate: bytes) -> bool:
        if len(salt) != _SALT_SIZE:
            raise ValueError("salt")
        return hmac.compare_digest(self._digest(salt, candidate), digest)


def _canonical(password: bytes, form: str) -> bytes:
    """Return what is hashed: with the hex form, the bytes of a key and its digits in any case are one (PWD-03)."""
    if form == HEX:
        try:
            text = password.decode("ascii")
        except UnicodeDecodeError:
            return password
        if _HEX_KEY.fullmatch(text):
            return bytes.fromhex(text)
    return password
