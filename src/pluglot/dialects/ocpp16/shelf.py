"""What a half keeps that may be large and changes rarely: saved as bytes that are made anew only when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from pluglot import messages as house
from pluglot.dialects.dynamic import is_cleared
from pluglot.dialects.ocpp16.memory import CsmsMemory, Installed, StationMemory

#: No honest management system installs more; beyond this the oldest is forgotten.
MOST_PROFILES = 512


class ProfileShelf:
    """The charging profiles a station took (PROF)."""

    def __init__(self, memory: StationMemory | CsmsMemory) -> None:
        """Work on this memory."""
        self._memory = memory
        self._kept = msgspec.msgpack.decode(memory.profiles, type=list[Installed])

    def __iter__(self) -> Iterator[Installed]:
        return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, installed: Installed) -> None:
        """Take up a profile; one with the same id is replaced."""
        self._kept = [one for one in self._kept if one.profile.id != installed.profile.id]
        self._kept = [*self._kept, installed][-MOST_PROFILES:]
        self._save()

    def remove(self, fits: Callable[[Installed], bool]) -> bool:
        """Forget the profiles that fit; says whether there were any."""
        rest = [one for one in self._kept if not fits(one)]
        if len(rest) == len(self._kept):
            return False
        self._kept = rest
        self._save()
        return True

    def clear(self, request: house.ClearChargingProfileRequest) -> bool:
        """Forget the profiles that a request to clear is about: one by its id, or all that fit its criteria."""
        return self.remove(lambda one: is_cleared(one.evse_id, one.profile, request))

    def replace(self, before: Installed, after: Installed) -> None:
        """Put one in the place of another."""
        self._kept = [after if one is before else one for one in self._kept]
        self._save()

    def _save(self) -> None:
        self._memory.profiles = msgspec.Raw(msgspec.msgpack.encode(self._kept))


def bare(profile: house.ChargingProfile) -> house.ChargingProfile:
    """A profile without vendor data and without what only a vehicle reads, as it is kept."""
    schedules = tuple(
        msgspec.structs.replace(
            schedule,
            custom_data=None,
            limit_at_soc=None,
            sales_tariff=None,
            absolute_price_schedule=None,
            price_level_schedule=None,
            charging_schedule_period=tuple(
                msgspec.structs.replace(period, custom_data=None) for period in schedule.charging_schedule_period
            ),
        )
        for schedule in profile.charging_schedule
    )
    return msgspec.structs.replace(profile, charging_schedule=schedules, custom_data=None)


def clashes(kept: Installed, evse_id: int, profile: house.ChargingProfile) -> bool:
    """Whether two profiles may not be installed together in 2.x: same place, purpose and level, other id."""
    other = kept.profile
    if other.id == profile.id or other.stack_level != profile.stack_level:
        return False
    purpose = profile.charging_profile_purpose
    if other.charging_profile_purpose is not purpose:
        return False
    if purpose is house.ChargingProfilePurpose.TX_PROFILE:
        same_transaction = other.transaction_id == profile.transaction_id
        return kept.evse_id == evse_id and same_transaction and not kept.came_with_start
    return kept.evse_id == evse_id or 0 in {kept.evse_id, evse_id}
