"""Which half and which table of actions belongs to which version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from pluglot import messages as house
from pluglot.dialects import ocpp21
from pluglot.dialects.base import Half
from pluglot.dialects.credentials import CredentialRules
from pluglot.dialects.ocpp12 import csms_half as csms_half_12
from pluglot.dialects.ocpp12 import station_half as station_half_12
from pluglot.dialects.ocpp12 import wire as wire_12
from pluglot.dialects.ocpp15 import csms_half as csms_half_15
from pluglot.dialects.ocpp15 import station_half as station_half_15
from pluglot.dialects.ocpp15 import wire as wire_15
from pluglot.dialects.ocpp16 import credentials as credentials_16
from pluglot.dialects.ocpp16 import csms_half as csms_half_16
from pluglot.dialects.ocpp16 import soap_halves as soap_16
from pluglot.dialects.ocpp16 import soap_wire as soap_wire_16
from pluglot.dialects.ocpp16 import station_half as station_half_16
from pluglot.dialects.ocpp16 import wire as wire_16
from pluglot.dialects.ocpp20 import csms_half as csms_half_20
from pluglot.dialects.ocpp20 import station_half as station_half_20
from pluglot.dialects.ocpp20 import wire as wire_20
from pluglot.dialects.ocpp201 import credentials as credentials_201
from pluglot.dialects.ocpp201 import csms_half as csms_half_201
from pluglot.dialects.ocpp201 import station_half as station_half_201
from pluglot.dialects.ocpp201 import wire as wire_201
from pluglot.dialects.policy import Policy
from pluglot.messages.action import Action
from pluglot.messages.version import OcppVersion

Entry = TypeVar("Entry")

_STATION_HALVES: Final[Mapping[OcppVersion, Callable[..., Half]]] = {
    OcppVersion.OCPP_1_2_SOAP: station_half_12.StationHalf,
    OcppVersion.OCPP_1_5_SOAP: station_half_15.StationHalf,
    OcppVersion.OCPP_1_6_SOAP: soap_16.StationHalf,
    OcppVersion.OCPP_1_6: station_half_16.StationHalf,
    OcppVersion.OCPP_2_0: station_half_20.StationHalf,
    OcppVersion.OCPP_2_0_1: station_half_201.StationHalf,
    OcppVersion.OCPP_2_1: ocpp21.IdentityHalf,
}
_CSMS_HALVES: Final[Mapping[OcppVersion, Callable[..., Half]]] = {
    OcppVersion.OCPP_1_2_SOAP: csms_half_12.CsmsHalf,
    OcppVersion.OCPP_1_5_SOAP: csms_half_15.CsmsHalf,
    OcppVersion.OCPP_1_6_SOAP: soap_16.CsmsHalf,
    OcppVersion.OCPP_1_6: csms_half_16.CsmsHalf,
    OcppVersion.OCPP_2_0: csms_half_20.CsmsHalf,
    OcppVersion.OCPP_2_0_1: csms_half_201.CsmsHalf,
    OcppVersion.OCPP_2_1: ocpp21.IdentityHalf,
}
_ACTIONS: Final[Mapping[OcppVersion, Mapping[str, Action]]] = {
    OcppVersion.OCPP_1_2_SOAP: wire_12.ACTIONS,
    OcppVersion.OCPP_1_5_SOAP: wire_15.ACTIONS,
    OcppVersion.OCPP_1_6_SOAP: soap_wire_16.ACTIONS,
    OcppVersion.OCPP_1_6: wire_16.ACTIONS,
    OcppVersion.OCPP_2_0: wire_20.ACTIONS,
    OcppVersion.OCPP_2_0_1: wire_201.ACTIONS,
    OcppVersion.OCPP_2_1: house.ACTIONS,
}
_CREDENTIALS: Final[Mapping[OcppVersion, CredentialRules]] = {
    OcppVersion.OCPP_1_2_SOAP: credentials_16.SOAP_CREDENTIALS,
    OcppVersion.OCPP_1_5_SOAP: credentials_16.SOAP_CREDENTIALS,
    OcppVersion.OCPP_1_6_SOAP: credentials_16.SOAP_CREDENTIALS,
    OcppVersion.OCPP_1_6: credentials_16.CREDENTIALS,
    OcppVersion.OCPP_2_0: credentials_201.CREDENTIALS,
    OcppVersion.OCPP_2_0_1: credentials_201.CREDENTIALS,
    OcppVersion.OCPP_2_1: ocpp21.CREDENTIALS,
}
#: Versions whose peers understand one another's residue: what the house has no words for, in ``customData`` (1.3).
_WITH_RESIDUE: Final = frozenset(
    {OcppVersion.OCPP_1_2_SOAP, OcppVersion.OCPP_1_5_SOAP, OcppVersion.OCPP_1_6_SOAP, OcppVersion.OCPP_1_6}
)


class UnspokenVersion(ValueError):
    """A version that no dialect speaks."""

    def __init__(self, version: str) -> None:
        spoken = ", ".join(_ACTIONS)
        super().__init__(f"no dialect speaks OCPP {version}; spoken are {spoken}")
        self.version = version


def station_half(version: str, *, identity: str, random: Callable[[], float], policy: Policy | None = None) -> Half:
    """The half that makes a station of this version look like a 2.1 station.

    ``random`` gives unguessable numbers from 0 up to 1; integer transaction ids come from it (TX-11).

    Raises:
        UnspokenVersion: no dialect speaks this version.
    """
    return _found(_STATION_HALVES, version)(identity, random=random, policy=policy)


def csms_half(version: str, *, identity: str, random: Callable[[], float], policy: Policy | None = None) -> Half:
    """The half that makes a management system of this version look like a 2.1 one, before this station.

    Raises:
        UnspokenVersion: no dialect speaks this version.
    """
    return _found(_CSMS_HALVES, version)(identity, random=random, policy=policy)


def actions(version: str) -> Mapping[str, Action]:
    """The messages of a version as they are on the wire.

    Raises:
        UnspokenVersion: no dialect speaks this version.
    """
    return _found(_ACTIONS, version)


def credential_rules(version: str) -> CredentialRules:
    """How stations of a version prove who they are.

    Raises:
        UnspokenVersion: no dialect speaks this version.
    """
    return _found(_CREDENTIALS, version)


def share_residue(station: OcppVersion, csms: OcppVersion) -> bool:
    """Whether these two understand what travels beside the words of the house, so that it may travel (1.3)."""
    return {station, csms} <= _WITH_RESIDUE


def websocket_versions() -> tuple[OcppVersion, ...]:
    """The versions that are spoken over a WebSocket, newest first."""
    return tuple(version for version in reversed(OcppVersion) if version in _ACTIONS and not version.is_soap)


def _found(table: Mapping[OcppVersion, Entry], version: str) -> Entry:
    try:
        return table[OcppVersion(version)]
    except (KeyError, ValueError):
        raise UnspokenVersion(version) from None
