"""What versions say of the names and passwords with which stations prove who they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec

#: Results of a command after which the station has its new password.
_TAKEN: Final = frozenset({"Accepted", "RebootRequired"})
#: WS-02: what an identity of 2.x is made of; the colon of identifierString is not allowed in it.
IDENTITY: Final = re.compile(r"[A-Za-z0-9*\-_=+|@.]{1,48}")
_SHORTEST: Final = 16


class CredentialRules(Protocol):
    """How one version has its stations prove who they are."""

    def identity_fits(self, identity: str) -> bool:
        """Whether a station of this version may have this name (WS-02)."""
        ...

    def breach(self, password: str) -> str | None:
        """Which rule of the version this password breaks, in words; None when it is good (PWD-02, PWD-03)."""
        ...

    def breach_by_owner(self, password: str) -> str | None:
        """The same of a password that an owner says his station has."""
        ...

    def shown(self, password: str) -> str | bytes:
        """What a station with this password puts into its header."""
        ...

    def offered(self, request: Any) -> str | None:
        """The password that this command of the version brings, or None."""
        ...

    def verdict(self, request: Any, response: Any) -> Any:
        """The status of the answer that is about the password of this command, or None."""
        ...

    def new_password(self, request: Any, response: Any) -> str | None:
        """The password that a station took with this command of the version, or None."""
        ...


class VariableRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of the 2.x versions, where the password is a variable: they differ in its length and characters."""

    longest: int
    #: Whether a password is made of what the version allows, and how that is said.
    allows: Callable[[str], object]
    allows_rule: str

    def identity_fits(self, identity: str) -> bool:
        """Whether the name is made of what all 2.x versions allow."""
        return IDENTITY.fullmatch(identity) is not None

    def breach(self, password: str) -> str | None:
        """Which rule this password breaks (PWD-02)."""
        if not _SHORTEST <= len(password) <= self.longest:
            return f"must have {_SHORTEST} to {self.longest} characters, has {len(password)}"
        return None if self.allows(password) else self.allows_rule

    def breach_by_owner(self, password: str) -> str | None:
        """Which rule this password breaks: no station of the version can have another."""
        return self.breach(password)

    def shown(self, password: str) -> str | bytes:
        """The password as it is."""
        return password

    def offered(self, request: Any) -> str | None:
        """The value of BasicAuthPassword."""
        return next((str(request.set_variable_data[place].attribute_value) for place in password_places(request)), None)

    def verdict(self, request: Any, response: Any) -> Any:
        """The status of its own result."""
        places = password_places(request)
        results = getattr(response, "set_variable_result", ())  # there is none in a refusal
        if not places or not results:
            return None
        # Each result names its variable, and no order is demanded; where none names it the order has to do.
        named = (result for result in results if _is_password(result))
        return next(named, results[min(places[0], len(results) - 1)]).attribute_status

    def new_password(self, request: Any, response: Any) -> str | None:
        """The value of BasicAuthPassword, where its own result says that it was taken."""
        password = self.offered(request)
        return password if password is not None and is_taken(self.verdict(request, response)) else None


def password_places(request: Any) -> list[int]:
    """Which items of SetVariables, if it is that, are about the password that is shown."""
    if request.action != "SetVariables":
        return []
    return [place for place, item in enumerate(request.set_variable_data) if _is_password(item)]


def _is_password(item: Any) -> bool:
    """Whether an item of SetVariables is about the password that is shown."""
    name = f"{item.component.name}.{item.variable.name}".casefold()
    attribute = getattr(item.attribute_type, "value", None)
    return name == "securityctrlr.basicauthpassword" and attribute in {None, "Actual"}


def is_taken(status: Any) -> bool:
    """Whether a station says so of a new password."""
    return getattr(status, "value", None) in _TAKEN
