"""What a station is made of and how it is set up at the factory; the CSMS changes the rest through variables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec


class ConnectorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One connector of an EVSE."""

    connector_type: str = "cType2"
    #: A cable that belongs to the station has no lock on the station's side.
    fixed_cable: bool = False


class EvseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One EVSE; its id is its place in ``StationSettings.evses``, counted from one."""

    connectors: tuple[ConnectorSettings, ...] = (ConnectorSettings(),)
    maximum_power: Decimal = Decimal(22000)
    phases: int = 3
    #: Whether this EVSE can be reset on its own.
    resettable: bool = True


class StationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a station that is known before it is switched on.

    ``variables`` gives factory values of device model variables, keyed ``Component.Variable`` or
    ``Component.Variable[instance]``; a key or value the model does not allow raises ``InvalidSetting``.
    """

    identity: str
    vendor_name: str
    model: str
    serial_number: str | None = None
    firmware_version: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    evses: tuple[EvseSettings, ...] = (EvseSettings(),)
    security_profile: int = 1
    #: The meters sign their values, so that DataSigned is a start and stop point.
    signing_meter: bool = False
    variables: Mapping[str, str] = {}
    #: How many tokens the authorization cache holds.
    authorization_cache_size: int = 500
    #: How much undelivered transaction messages may occupy; then Updated events are thinned out (TX-07).
    transaction_queue_bytes: int = 1_048_576
    #: How many security events wait for delivery; beyond it the oldest goes.
    security_event_limit: int = 1_000
    #: How many messages without durable delivery (status, idle meter values) wait; beyond it the oldest goes.
    volatile_limit: int = 500
    #: How many values may stand in one NotifyReport.
    report_items_per_message: int = 40


class InvalidSetting(ValueError):
    """A factory value that the device model does not know or allow; the message names key, value and rule."""
