"""The transport: links to stations and to management systems over real sockets, and who may have one.

A door: may use words, aiohttp and argon2-cffi; knows no other door and no actor; OCPP over SOAP is in ``soap_http``,
which is not named here because it needs lxml.
"""

from pluglot.transport.base import (
    Admission,
    Arrival,
    Doorkeeper,
    Link,
    LinkClosed,
    LinkServer,
    Rejection,
)
from pluglot.transport.client import (
    ClientSettings,
    ConnectFailed,
    Dialer,
    Refused,
    SubprotocolMismatch,
    Unreachable,
    connect,
)
from pluglot.transport.credentials import (
    Credentials,
    CredentialSettings,
    TooBusy,
    UnreadableVerifier,
    generate_password,
)
from pluglot.transport.doorkeeper import Account, PasswordDoor
from pluglot.transport.handshake import IdentityRefused, check_identity
from pluglot.transport.links import Links, LinksSettings, Seat, SeatedLink
from pluglot.transport.listener import AddressInUse, CannotListen, Listener, ListenerSettings
from pluglot.transport.throttle import Throttle, ThrottleSettings
from pluglot.transport.websocket import LinkSettings, WebSocketLink

__all__ = [
    "Account",
    "AddressInUse",
    "Admission",
    "Arrival",
    "CannotListen",
    "ClientSettings",
    "ConnectFailed",
    "CredentialSettings",
    "Credentials",
    "Dialer",
    "Doorkeeper",
    "IdentityRefused",
    "Link",
    "LinkClosed",
    "LinkServer",
    "LinkSettings",
    "Links",
    "LinksSettings",
    "Listener",
    "ListenerSettings",
    "PasswordDoor",
    "Refused",
    "Rejection",
    "Seat",
    "SeatedLink",
    "SubprotocolMismatch",
    "Throttle",
    "ThrottleSettings",
    "TooBusy",
    "Unreachable",
    "UnreadableVerifier",
    "WebSocketLink",
    "check_identity",
    "connect",
    "generate_password",
]
