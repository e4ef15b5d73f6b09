"""What the CSMS said about tokens before, for when it cannot be asked or need not be."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from pluglot.messages import AuthorizationStatus, IdToken, IdTokenInfo
from pluglot.station.state import Core

#: Tokens of these types are never kept (C02.FR.03, C05.FR.02).
_NOT_KEPT = frozenset({"Central", "NoAuthorization"})


class CachedToken(msgspec.Struct):
    """One token and the last word on it."""

    id_token: IdToken
    info: IdTokenInfo
    updated_at: datetime


class AuthorizationCache:
    """The last answer for each token; survives a restart, and makes room when it is full (C10.FR.07)."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tokens: dict[tuple[str, str], CachedToken] = {}
        for cached in core.durable.keep("authorization_cache", list[CachedToken], self._content) or []:
            self._tokens[_key(cached.id_token)] = cached

    def _content(self) -> list[CachedToken]:
        return list(self._tokens.values())

    @property
    def enabled(self) -> bool:
        """Whether tokens are kept and found."""
        return self._core.model.flag("AuthCacheCtrlr", "Enabled")

    def find(self, id_token: IdToken, now: datetime) -> IdTokenInfo | None:
        """The last word on a token, unless it has lapsed (C10.FR.08, C10.FR.10, C10.FR.13)."""
        cached = self._tokens.get(_key(id_token))
        if cached is None or not self.enabled:
            return None
        lifetime = timedelta(seconds=self._core.model.number("AuthCacheCtrlr", "LifeTime"))
        expiry = cached.info.cache_expiry_date_time
        if now > (expiry if expiry is not None else cached.updated_at + lifetime):
            del self._tokens[_key(id_token)]
            self._core.durable.touch("authorization_cache")
            return None
        return cached.info

    def update(self, id_token: IdToken, info: IdTokenInfo, now: datetime) -> None:
        """Keep what the CSMS said (C10.FR.01, C10.FR.04, C10.FR.05)."""
        if not self.enabled or id_token.type in _NOT_KEPT:
            return
        self._tokens.pop(_key(id_token), None)
        if info.cache_expiry_date_time is None or info.cache_expiry_date_time > now:
            kept = IdToken(id_token=id_token.id_token, type=id_token.type)  # C10.FR.14: no additionalInfo
            self._tokens[_key(id_token)] = CachedToken(kept, info, now)
        self._make_room()
        self._core.durable.touch("authorization_cache")

    def _make_room(self) -> None:
        while len(self._tokens) > self._core.settings.authorization_cache_size:
            refused = (k for k, c in self._tokens.items() if c.info.status is not AuthorizationStatus.ACCEPTED)
            del self._tokens[next(refused, next(iter(self._tokens)))]

    def clear(self) -> None:
        """Forget all tokens."""
        self._tokens.clear()
        self._core.durable.touch("authorization_cache")


def _key(id_token: IdToken) -> tuple[str, str]:
    return id_token.id_token.lower(), id_token.type
