"""Identifier tags of 1.6 and identifier tokens of the house (mapping 3.4, 5.3)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Final

from pluglot import messages as house
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import AUTHORIZATION_STATUS_TO_HOUSE, AUTHORIZATION_STATUS_TO_WIRE
from pluglot.dialects.ocpp16.memory import Token
from pluglot.dialects.policy import Policy

LONGEST_TAG: Final = 20
NO_AUTHORIZATION: Final = "NoAuthorization"
#: A card's serial number in hexadecimal digits.
_ISO14443: Final = re.compile(r"(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{14}|[0-9A-Fa-f]{20})", re.ASCII)
_ISO15693: Final = re.compile(r"[0-9A-Fa-f]{16}", re.ASCII)
#: A contract id: country, provider, number and check digit, with or without dashes.
_EMAID: Final = re.compile(r"[A-Za-z]{2}-?[A-Za-z0-9]{3}-?[A-Za-z0-9]{8,9}(?:-?[A-Za-z0-9])?", re.ASCII)
#: What no XML document may hold.
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Tokens seen lately are a convenience; the oldest are forgotten beyond this.
_CAPACITY: Final = 2048


class TokenBook:
    """Which token an idTag stands for, and what is known of it."""

    def __init__(self, aliases: dict[str, Token], policy: Policy, *, in_xml: bool = False) -> None:
        """Remember substitutes in ``aliases``, which is saved; everything else may be forgotten."""
        self._in_xml = in_xml
        self._aliases = aliases
        self._policy = policy
        self._seen: dict[str, Token] = {}
        self._infos: dict[str, house.IdTokenInfo] = {}
        #: How often a substitute was added; a half saves its memory when this moved.
        self.changes = 0

    # --- idTag -> IdToken -----------------------------------------------------------------------------------------

    def meant(self, id_tag: str) -> Token:
        """The token that an idTag stands for."""
        folded = id_tag.casefold()
        known = self._aliases.get(folded) or self._seen.get(folded)
        if known is not None:
            return known
        if folded == self._policy.no_auth_tag.casefold():
            return Token("", NO_AUTHORIZATION)
        if _ISO14443.fullmatch(id_tag):
            return Token(id_tag, "ISO14443")
        if _ISO15693.fullmatch(id_tag):
            return Token(id_tag, "ISO15693")
        if self._policy.infer_emaid and _EMAID.fullmatch(id_tag):
            return Token(id_tag, "eMAID")
        return Token(id_tag, self._policy.default_token_type)

    # --- IdToken -> idTag -----------------------------------------------------------------------------------------

    def said(self, token: house.IdToken) -> tuple[str, tuple[Loss, ...]]:
        """The idTag to use for a token, with what it cannot say."""
        losses = (
            ()
            if token.additional_info is None
            else (Loss("", "idToken.additionalInfo", len(token.additional_info), "an idTag is a text alone"),)
        )
        if token.type == NO_AUTHORIZATION:
            return self._policy.no_auth_tag, losses
        text = token.id_token
        folded = text.casefold()
        meant = Token(text, token.type)
        clash = self._seen.get(folded)
        if not self._is_sayable(text) or not text or (clash is not None and clash.type != token.type):
            text = self._alias(token)
            self._remember_alias(text, meant)
            return text, (*losses, Loss("", "idToken.idToken", token.id_token, f"said as {text}"))
        self._see(folded, meant)
        return text, losses

    def parent_said(self, group: house.IdToken) -> tuple[str, tuple[Loss, ...]]:
        """The parentIdTag to use for a group, with what it cannot say."""
        text = group.id_token
        if self._is_sayable(text):
            return text, ()
        alias = self._alias(group)
        self._remember_alias(alias, Token(text, group.type))
        return alias, (Loss("", "groupIdToken.idToken", text, f"said as {alias}"),)

    def info_said(self, info: house.IdTokenInfo, action: str) -> tuple[wire.IdTagInfo, tuple[Loss, ...]]:
        """An idTagInfo for what the house said of a token, with what it cannot say."""
        parent = None
        losses = tuple(_info_losses(info, action))
        if info.group_id_token is not None and info.group_id_token.id_token:
            parent, more = self.parent_said(info.group_id_token)
            losses += tuple(Loss(action, f"idTokenInfo.{loss.field}", loss.value, loss.reason) for loss in more)
        said = wire.IdTagInfo(
            status=AUTHORIZATION_STATUS_TO_WIRE[info.status],
            expiry_date=info.cache_expiry_date_time,
            parent_id_tag=parent,
        )
        return said, losses

    def learn(self, token: Token, info: house.IdTokenInfo) -> None:
        """Keep what the house said of a token."""
        _bound(self._infos)
        self._infos[f"{token.type}/{token.id_token.casefold()}"] = info

    def info(self, token: Token) -> house.IdTokenInfo | None:
        """What the house last said of a token, if that is still known."""
        return self._infos.get(f"{token.type}/{token.id_token.casefold()}")

    def forget(self) -> None:
        """Forget what the house said of tokens, as a cleared cache would."""
        self._infos.clear()

    def _is_sayable(self, text: str) -> bool:
        return len(text) <= LONGEST_TAG and not (self._in_xml and _NOT_IN_XML.search(text))

    def _alias(self, token: house.IdToken) -> str:
        digest = hashlib.sha256(f"{token.type}/{token.id_token.casefold()}".encode()).digest()
        return "#" + base64.b32encode(digest).decode()[: LONGEST_TAG - 1]

    def _remember_alias(self, alias: str, meant: Token) -> None:
        if self._aliases.get(alias.casefold()) != meant:
            _bound(self._aliases)
            self._aliases[alias.casefold()] = meant
            self.changes += 1

    def _see(self, folded: str, meant: Token) -> None:
        _bound(self._seen)
        self._seen[folded] = meant


def _bound(entries: dict[str, Token] | dict[str, house.IdTokenInfo]) -> None:
    while len(entries) >= _CAPACITY:
        del entries[next(iter(entries))]


# --- what the house or the peer says of a token -------------------------------------------------------------------


def _info_losses(info: house.IdTokenInfo, action: str) -> Iterator[Loss]:
    if info.status not in _SAME_STATUSES:
        yield Loss(action, "idTokenInfo.status", info.status.value, "1.6 has fewer statuses")
    for field, value in (
        ("chargingPriority", info.charging_priority),
        ("language1", info.language1),
        ("language2", info.language2),
        ("personalMessage", None if info.personal_message is None else info.personal_message.content),
    ):
        if value is not None:
            yield Loss(action, f"idTokenInfo.{field}", value, "an idTagInfo has no such field")


_SAME_STATUSES: Final = frozenset(AUTHORIZATION_STATUS_TO_HOUSE.values())


def info_to_house(info: wire.IdTagInfo) -> house.IdTokenInfo:
    """What the house reads in an idTagInfo."""
    parent = info.parent_id_tag
    return house.IdTokenInfo(
        status=AUTHORIZATION_STATUS_TO_HOUSE[info.status],
        cache_expiry_date_time=info.expiry_date,
        group_id_token=None if not parent else house.IdToken(id_token=parent, type="Central"),
    )


def is_allowed_at(info: house.IdTokenInfo, evse_id: int) -> bool:
    """Whether the house lets this token charge at this EVSE."""
    return info.evse_id is None or evse_id in info.evse_id
