"""What the blocks of a station share: its EVSEs, its clock-free core, and what an open transaction is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from pluglot.messages import ChargingState, IdToken, Reason, RegistrationStatus
from pluglot.messages.meter_values import MeterValue
from pluglot.station.device_model import DeviceModel
from pluglot.station.durable import Durable
from pluglot.station.events import StationEvent
from pluglot.station.ports import Memory, MeterReading
from pluglot.station.settings import ConnectorSettings, EvseSettings, StationSettings

#: Asks for the newest reading of an EVSE; None when there is none.
ReadMeter = Callable[[int], MeterReading | None]

_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def later(now: datetime, seconds: float) -> datetime:
    """The moment so many seconds after now, however many they are."""
    return now + timedelta(seconds=min(max(seconds, 0), (_LATEST - now).total_seconds()))


def same_token(one: IdToken | None, other: IdToken | None) -> bool:
    """Whether two tokens are the same; additional information does not count (C01.FR.25)."""
    if one is None or other is None:
        return False
    return one.id_token.lower() == other.id_token.lower() and one.type == other.type


class Authorization(msgspec.Struct, kw_only=True):
    """Who may charge at an EVSE."""

    id_token: IdToken
    group: IdToken | None = None
    #: The only EVSEs where the token may be used; empty for all of them (C01.FR.21).
    evse_ids: tuple[int, ...] = ()
    #: Set when the CSMS asked for this start.
    remote_start_id: int | None = None
    #: Whether a TransactionEvent has carried the token already.
    told: bool = False


class OpenTransaction(msgspec.Struct, kw_only=True):
    """A transaction that has begun and not ended; kept over a power cut."""

    transaction_id: str
    #: Zero as long as no cable is plugged in anywhere.
    evse_id: int
    started_at: datetime
    charging_state: ChargingState
    connector_id: int | None = None
    #: The number of the next event.
    seq_no: int = 0
    #: Whether an event has carried the readings of the beginning.
    begin_told: bool = False
    #: Why energy stopped first, although the transaction went on.
    stopped_reason: Reason | None = None
    last_sample_at: datetime | None = None
    last_register: Decimal | None = None
    last_register_at: datetime | None = None
    #: Readings that wait for the Ended event.
    samples: list[MeterValue] = []
    charging_since: datetime | None = None
    seconds_charged: float = 0.0
    #: When the last event was made; a power cut came later.
    seen_at: datetime | None = None
    #: Who was charging then.
    authorization: Authorization | None = None
    #: Set when the CSMS ordered a reset after which this goes on (B13).
    resume_ordered: bool = False


class ConnectorState:
    """One connector as the hardware tells it."""

    def __init__(self, evse_id: int, connector_id: int, settings: ConnectorSettings) -> None:
        self.evse_id = evse_id
        self.connector_id = connector_id
        self.settings = settings
        self.plugged = False
        self.locked = False
        self.faulted = False
        #: Set by ``lock_failed``, cleared when the plug is out.
        self.lock_failed = False


class EvseState:
    """One EVSE as the engine knows it; number 0 holds what is authorised before any cable is plugged in."""

    def __init__(self, evse_id: int, settings: EvseSettings | None) -> None:
        self.evse_id = evse_id
        self.connectors: dict[int, ConnectorState] = {
            number: ConnectorState(evse_id, number, connector)
            for number, connector in enumerate(settings.connectors if settings else (), start=1)
        }
        self.resettable = settings is not None and settings.resettable
        self.transaction: OpenTransaction | None = None
        self.authorization: Authorization | None = None
        #: When the authorization lapses if no cable comes.
        self.connection_deadline: datetime | None = None
        self.plugged_at: datetime | None = None
        self.bay_occupied = False
        #: None until the vehicle has said whether it wants energy.
        self.wants_energy: bool | None = None
        self.contactor = False
        #: The transaction goes on without energy because the CSMS refused the token (E05.FR.02).
        self.suspended = False
        #: When a resumed transaction gets energy again (E17.FR.18).
        self.energy_from: datetime | None = None
        #: The register value at which a refused token has had its energy (E05.FR.03).
        self.energy_bound: Decimal | None = None
        #: Whose token frees the plug after a refusal (E05.FR.11).
        self.held_for: IdToken | None = None
        self.reading: MeterReading | None = None
        #: The moments of E 1.1 that are true now.
        self.points: frozenset[str] = frozenset()

    @property
    def plugged(self) -> ConnectorState | None:
        """The connector a vehicle is plugged into."""
        return next((connector for connector in self.connectors.values() if connector.plugged), None)

    def forget_pauses(self) -> None:
        """Whoever charges next begins without what was held back from the last one."""
        self.suspended, self.energy_bound, self.energy_from = False, None, None


def plugged_last(evses: Iterable[EvseState]) -> EvseState | None:
    """The EVSE into which a cable was plugged most recently, of those that have one."""
    moments = [(evse.plugged_at, evse.evse_id, evse) for evse in evses if evse.plugged_at and evse.plugged]
    return max(moments)[2] if moments else None


class Core:
    """What every block of one engine works on."""

    def __init__(
        self,
        settings: StationSettings,
        memory: Memory,
        *,
        random: Callable[[], float],
        ids: Callable[[], str],
        read_meter: ReadMeter | None,
    ) -> None:
        self.settings = settings
        self.model = DeviceModel(settings)
        self.durable = Durable(memory)
        self.random = random
        self.ids = ids
        self.read_meter = read_meter
        self.evses = {number: EvseState(number, evse) for number, evse in enumerate(settings.evses, start=1)}
        #: Holds an authorization, and its transaction, that no cable has given an EVSE yet.
        self.unplaced = EvseState(0, None)
        self.connected = False
        self.offline_since: datetime | None = None
        #: The answer to the last BootNotification since the start; None before it.
        self.registration: RegistrationStatus | None = None
        #: A reboot is decided: nobody starts charging any more.
        self.rebooting = False
        #: A reboot waits for the last transaction: nobody else starts charging.
        self.rebooting_when_idle = False
        #: The door was told to reboot: nothing is sent any more.
        self.halted = False
        self.events: list[StationEvent] = []

    @property
    def online(self) -> bool:
        """Whether the CSMS can be asked: the link is up and the station accepted."""
        return self.connected and self.registration is RegistrationStatus.ACCEPTED and not self.halted

    @property
    def places(self) -> list[EvseState]:
        """Every EVSE, and the place for what has none yet."""
        return [*self.evses.values(), self.unplaced]

    def tell(self, event: StationEvent) -> None:
        """Let the door know."""
        self.events.append(event)

    def connector(self, evse_id: int, connector_id: int) -> ConnectorState | None:
        """The connector of these numbers, if the station has it."""
        evse = self.evses.get(evse_id)
        return evse.connectors.get(connector_id) if evse else None

    def reading_of(self, evse: EvseState) -> MeterReading | None:
        """The newest reading of an EVSE."""
        if self.read_meter is not None and evse.evse_id and (fresh := self.read_meter(evse.evse_id)) is not None:
            evse.reading = fresh
        return evse.reading
