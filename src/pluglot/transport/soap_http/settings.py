"""How OCPP over SOAP is spoken: limits, times, versions, and which addresses are called."""

from __future__ import annotations

from typing import Final

import msgspec

from pluglot.messages.version import OcppVersion
from pluglot.soap import SoapRule
from pluglot.transport.addresses import AddressRules

#: What we call ourselves in the headers of HTTP.
SERVER: Final = "pluglot"


class SoapSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How OCPP over SOAP is spoken; times in seconds, sizes in bytes."""

    versions: tuple[OcppVersion, ...] = (
        OcppVersion.OCPP_1_2_SOAP,
        OcppVersion.OCPP_1_5_SOAP,
        OcppVersion.OCPP_1_6_SOAP,
    )
    #: Of one message, inflated.
    maximum_size: int = 1_048_576
    read_timeout: float = 10.0
    #: For our answer to a request (mapping 13.3).
    answer_timeout: float = 30.0
    #: For a peer's answer to ours.
    call_timeout: float = 30.0
    connect_timeout: float = 10.0
    #: Of ours to one host and port, at once; 0 for one for each peer there, which has one call at a time.
    connections_per_host: int = 4
    maximum_identity_length: int = 48
    #: Requests of one station that wait for their turn; more are told to come again later.
    most_waiting: int = 8
    #: Let the doorkeeper judge stations that show no password by the identity in their message. Their XML is then
    #: parsed before anybody proved anything, so this is for laboratories and for doors that adopt strangers.
    without_password: bool = False
    compress: bool = True
    #: Mistakes that are not overlooked, by the names in ``SoapRule``.
    forbidden: tuple[SoapRule, ...] = ()
    addresses: AddressRules = AddressRules()
