"""Choices a deployment may make where the standards leave one (mapping, chapter 14)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import msgspec


class OrphanStop(StrEnum):
    """What becomes of a StopTransaction whose start nobody knows (mapping 9.4)."""

    #: A Started and an Ended event, both marked offline.
    PAIR = "pair"
    #: Only the Ended event.
    ENDED_ONLY = "ended-only"
    #: Nothing; the loss is noted.
    DROP = "drop"


class StopAt(StrEnum):
    """When a 2.x transaction is stopped toward a 1.6 management system (mapping 9.2, step 8)."""

    ENDED = "ended"
    STOP_AUTHORIZED = "stop-authorized"


class UnknownOffline(StrEnum):
    """What a bridge tells a station about a token it does not know while the management system is away (13.4)."""

    ACCEPT = "accept"
    REJECT = "reject"


class HopMode(StrEnum):
    """Whether a bridge answers a station while its own uplink is down (mapping 13.4)."""

    TRANSPARENT = "transparent"
    STORE_AND_FORWARD = "store-and-forward"


class CredentialScope(StrEnum):
    """Which hop a changed password is for (mapping 8.7)."""

    HOP = "hop"
    MIRROR = "mirror"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The switches of all dialects; the defaults suit pluglot's own management system and stations."""

    #: Carry what the house cannot say in ``customData``; a bridge to a foreign 2.x peer turns it off.
    emit_custom_data: bool = True
    #: Token type of an idTag that no rule recognises.
    default_token_type: str = "Central"  # noqa: S105 - a kind of token, not a secret
    #: Read contract ids of vehicles (eMAID) in idTags; many apps make tags that only look alike.
    infer_emaid: bool = False
    #: The idTag that stands for a transaction without authorisation.
    no_auth_tag: str = "NOAUTH"
    #: How long an identical StartTransaction counts as a repetition.
    dup_window: timedelta = timedelta(hours=24)
    orphan_stop: OrphanStop = OrphanStop.PAIR
    #: After this time without a sign of life an interrupted transaction is closed with its last register.
    orphan_timeout: timedelta = timedelta(hours=24)
    stop_at: StopAt = StopAt.ENDED
    #: Refusals of an old message after which it counts as told; None for what the station's own setting says.
    message_attempts: int | None = None
    #: Tell a 1.6 management system of energy that flowed without any token.
    report_unauthorised_energy: bool = False
    #: Choose an EVSE when a 1.6 RemoteStartTransaction names no connector.
    pick_evse: bool = True
    #: The 1.6 reset type that stands for an immediate reset: ``Hard`` or ``Soft``.
    immediate_reset_as: str = "Hard"
    #: Let a 1.6 Soft reset wait for running transactions instead of ending them.
    soft_reset_waits: bool = False
    #: Say ImmediateAndResume as Immediate to a 2.0.1 station instead of rejecting it.
    reset_downgrade: bool = False
    #: Let a 1.6 UnlockConnector stop the running transaction first, as 1.6 stations do.
    unlock_stops_tx: bool = True
    #: Set where transactions of a 2.x station begin and stop, as 1.6 expects it; it writes to the station.
    provision_tx_points: bool = False
    #: Send firmware without its signature to a 1.6 station that cannot check one.
    allow_unsigned_firmware: bool = False
    #: Install a dynamic profile as an absolute one and send it again with each update.
    emulate_dynamic: bool = False
    #: Tell temperatures and fan speeds of 1.6 samples as events.
    temperature_as_event: bool = False
    #: Read plug-and-charge and cost messages in the DataTransfer of 1.6 as the 2.x messages they stand for.
    unwrap_extensions: bool = True
    #: Show a 1.6 management system the variables without a key, under names made from theirs.
    expose_all_variables: bool = False
    #: A security profile is set by whoever runs the hop; True hands the write on to the station (no bridge between).
    forward_security_profile: bool = False
    unknown_offline: UnknownOffline = UnknownOffline.REJECT
    hop_mode: HopMode = HopMode.TRANSPARENT
    credential_scope: CredentialScope = CredentialScope.HOP
    #: Vendors whose 1.6 DataTransfer text is JSON and is handed on parsed.
    json_data_vendors: frozenset[str] = frozenset(
        {"org.openchargealliance.iso15118pnc", "org.openchargealliance.costmsg", "org.openchargealliance.multilanguage"}
    )
    #: ``hex`` sends a BasicAuthPassword to a 1.6 station as hexadecimal digits, ``plain`` as it is.
    basic_auth_encoding: str = "hex"
    #: 1.6 connector number -> (evseId, connectorId), where connector n is not simply EVSE n, connector 1.
    connector_map: dict[int, tuple[int, int]] = {}
    #: 1.6 connector number -> connector type, so that reservations for a type find their connector.
    connector_types: dict[int, str] = {}
