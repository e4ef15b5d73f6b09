"""The protocol versions pluglot speaks, and what each is called at the handshake."""

from __future__ import annotations

from enum import StrEnum


class OcppVersion(StrEnum):
    """A released version of OCPP with its transport; the value is what commands and the API show."""

    OCPP_1_2_SOAP = "1.2s"
    OCPP_1_5_SOAP = "1.5s"
    OCPP_1_6_SOAP = "1.6s"
    OCPP_1_6 = "1.6"
    OCPP_2_0 = "2.0"
    OCPP_2_0_1 = "2.0.1"
    OCPP_2_1 = "2.1"

    @property
    def subprotocol(self) -> str:
        """The name in ``Sec-WebSocket-Protocol`` (OCPP-J, WS-05)."""
        return f"ocpp{self.value}"

    @property
    def is_soap(self) -> bool:
        """Whether this version travels as SOAP instead of JSON over a WebSocket."""
        return self.value.endswith("s")

    @property
    def has_token_types(self) -> bool:
        """Whether its stations say of which type a token is; in the 1.x versions a token is bare text."""
        return not self.value.startswith("1.")


#: The house speaks this version; every other one is a dialect of it.
HOUSE_VERSION = OcppVersion.OCPP_2_1
