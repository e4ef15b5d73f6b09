"""How stations of the 1.x versions prove who they are: by the bytes of a key, or by what their owner typed in."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from pluglot.dialects import ocpp21
from pluglot.dialects.credentials import is_taken

_HEX_KEY: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){16,20}")
_SHORTEST_KEY, _LONGEST_KEY = 16, 20


class KeyRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of the 1.x versions, where the password is the configuration key AuthorizationKey."""

    #: PWD-03: over WebSockets a key is shown by its bytes; HTTP Basic of SOAP is text.
    shows_bytes: bool

    def identity_fits(self, identity: str) -> bool:  # noqa: ARG002 - of the protocol; any name will do
        """True: 1.x sets no rule for names."""
        return True

    def breach(self, password: str) -> str | None:
        """Which rule this key breaks, be it bytes or digits (PWD-03)."""
        size = len(password.encode())
        if _HEX_KEY.fullmatch(password) or _SHORTEST_KEY <= size <= _LONGEST_KEY:
            return None
        return f"must have {_SHORTEST_KEY} to {_LONGEST_KEY} bytes, or be 32 to 40 hexadecimal digits; has {size} bytes"

    def breach_by_owner(self, password: str) -> str | None:
        """Which rule of the house it breaks: stations from before the security extension take what their menu takes."""
        return ocpp21.CREDENTIALS.breach(password)

    def shown(self, password: str) -> str | bytes:
        """The bytes of a key, where the version shows them; else the password as it is."""
        return bytes.fromhex(password) if self.shows_bytes and _HEX_KEY.fullmatch(password) else password

    def offered(self, request: Any) -> str | None:
        """The value of AuthorizationKey."""
        if request.action != "ChangeConfiguration" or request.key.casefold() != "authorizationkey":
            return None
        return str(request.value)

    def verdict(self, request: Any, response: Any) -> Any:  # noqa: ARG002 - of the protocol; the answer has one status
        """The status of the answer."""
        return getattr(response, "status", None)

    def new_password(self, request: Any, response: Any) -> str | None:
        """The value of AuthorizationKey, when the station took it."""
        return self.offered(request) if is_taken(self.verdict(request, response)) else None


CREDENTIALS: Final = KeyRules(shows_bytes=True)
SOAP_CREDENTIALS: Final = KeyRules(shows_bytes=False)
