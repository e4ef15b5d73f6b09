"""Who is let in at the OCPP listener: accounts come from the store, refusals become facts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from pluglot.app.passwords import Kept, StationPasswords
from pluglot.csms.facts import Fact, StrangerKnocked
from pluglot.csms.records import StrangerRecord
from pluglot.transport import Account, Admission, Arrival, Credentials, PasswordDoor, Rejection, Throttle

Publish = Callable[[Sequence[Fact]], Awaitable[None]]
Adopt = Callable[[Arrival], Awaitable[None]]

#: Text of strangers is kept up to so many characters.
LONGEST: Final = 200


def password_door(
    store: Any, credentials: Credentials, publish: Publish, throttle: Throttle, passwords: StationPasswords
) -> PasswordDoor:
    """The door that everybody passes through: a registered identity with its password."""

    async def find(identity: str) -> Account | None:
        credential = await store.credential(identity)
        if credential is None:
            return None
        station = await store.stations.find(identity)
        kept = Kept.read(credential.verifier)
        return Account(
            identity=identity,
            security_profile=credential.security_profile,
            verifier=kept.verifier,
            offered_verifiers=kept.offered,
            last_address=station.remote_address if station else None,
        )

    async def refused(arrival: Arrival, rejection: Rejection) -> None:
        stranger = StrangerRecord(
            identity=arrival.identity[:LONGEST],
            reason=rejection.reason,
            remote_address=arrival.remote_address,
            offered_subprotocols=tuple(name[:LONGEST] for name in arrival.offered_subprotocols[:10]),
            user_agent=arrival.user_agent[:LONGEST] if arrival.user_agent else None,
            first_seen_at=arrival.at,
            last_seen_at=arrival.at,
        )
        await publish([StrangerKnocked(at=arrival.at, stranger=stranger)])

    return PasswordDoor(credentials, throttle, find=find, refused=refused, shown=passwords.shown)


class OpenDoor:
    """Adopts whoever comes (``--accept-unknown``): for a closed laboratory network only.

    A stranger is registered with the password it came with. One that came without may come again without.
    """

    def __init__(self, door: PasswordDoor, store: Any, adopt: Adopt) -> None:
        self._door = door
        self._store = store
        self._adopt = adopt

    async def judge(self, arrival: Arrival) -> Admission | Rejection:
        """Adopt the unknown; everybody else has to prove who they are as ever."""
        if await self._store.credential(arrival.identity) is None:
            await self._adopt(arrival)
        credential = await self._store.credential(arrival.identity)
        if credential is not None and credential.verifier is None:
            return Admission(identity=arrival.identity, security_profile=arrival.security_profile)
        return await self._door.judge(arrival)

    async def turned_away(self, arrival: Arrival, rejection: Rejection) -> None:
        """Pass a refusal on."""
        await self._door.turned_away(arrival, rejection)
