"""Who may charge: Authorize, and every id token that comes with a transaction (block C)."""

from __future__ import annotations

from datetime import datetime, timedelta

from pluglot.csms.decision import Context, Decision
from pluglot.csms.facts import TokenPresented
from pluglot.csms.policy import Policy
from pluglot.csms.ports import Tokens, Transactions
from pluglot.csms.records import TokenRecord
from pluglot.csms.secrecy import MASK
from pluglot.messages import (
    AuthorizationStatus,
    AuthorizeCertificateStatus,
    AuthorizeRequest,
    AuthorizeResponse,
    IdToken,
    IdTokenInfo,
    MessageContent,
    MessageFormat,
)
from pluglot.messages.version import OcppVersion

#: C04: a key code is a secret; it is never written where people look.
SECRET_TYPES = frozenset({"KeyCode"})
#: C09.FR.13: a group is a token of this type.
GROUP_TYPE = "Central"
#: A start that was accepted is stored within this time, or its station is gone.
_FRESH = timedelta(seconds=60)


async def authorize(context: Context, request: AuthorizeRequest, *, tokens: Tokens, policy: Policy) -> Decision:
    """Tell a station whether the holder of a token may charge (C01)."""
    info, _ = await judge(context, request.id_token, tokens=tokens, policy=policy)
    asked_for_certificate = request.certificate is not None or request.iso15118_certificate_hash_data is not None
    response = AuthorizeResponse(
        id_token_info=info,
        # Contract certificates are not validated here; saying so keeps a station from trusting one (C07).
        certificate_status=AuthorizeCertificateStatus.NO_CERTIFICATE_AVAILABLE if asked_for_certificate else None,
    )
    return Decision(response, (presented(context, request.id_token, info.status),))


async def judge(
    context: Context, id_token: IdToken, *, tokens: Tokens, policy: Policy
) -> tuple[IdTokenInfo, TokenRecord | None]:
    """The standing of a token now, whatever it does elsewhere, and what is known of it."""
    if id_token.type in policy.unchecked_token_types:
        # C02.FR.02: without authorization there is nobody to refuse.
        return IdTokenInfo(status=AuthorizationStatus.ACCEPTED), None
    if not id_token.id_token:
        return IdTokenInfo(status=AuthorizationStatus.INVALID), None
    token = await find(id_token, tokens=tokens, ocpp_version=context.ocpp_version)
    if token is None:
        return IdTokenInfo(status=_unknown(id_token.type)), None
    return info_of(token, standing(token, context.now)), token


async def find(id_token: IdToken, *, tokens: Tokens, ocpp_version: str) -> TokenRecord | None:
    """The token a station means.

    Where a version has no token types the dialect guesses one (mapping 3.4); when that finds none, the only token with
    this text is meant. Where several types have it, none is: a guess never chooses between them.
    """
    token = await tokens.find(id_token.id_token, id_token.type)
    if token is None and not OcppVersion(ocpp_version).has_token_types:
        token = await tokens.find(id_token.id_token, None)
    return token


def standing(token: TokenRecord, now: datetime) -> AuthorizationStatus:
    """Whether a known token is good."""
    if token.blocked:
        return AuthorizationStatus.BLOCKED
    if token.expires_at is not None and token.expires_at <= now:
        return AuthorizationStatus.EXPIRED
    return AuthorizationStatus.ACCEPTED


def info_of(token: TokenRecord, status: AuthorizationStatus) -> IdTokenInfo:
    """What a station is told about a token, its group included (C01.FR.06, C09.FR.09)."""
    return IdTokenInfo(
        status=status,
        cache_expiry_date_time=token.expires_at,
        group_id_token=IdToken(id_token=token.group_id_token, type=GROUP_TYPE) if token.group_id_token else None,
        language1=token.language,
        personal_message=_message(token),
    )


class ConcurrencyGuard:
    """Counts the transactions that one token runs at a time (TX-13).

    Transactions that were refused the token but are still open at their station do not count. A start that was accepted
    a moment ago counts although it may not be stored yet, so that two stations at once cannot both be first.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._fresh: dict[tuple[str, str], dict[tuple[str, str], datetime]] = {}

    async def judge(self, token: TokenRecord, transaction: tuple[str, str], now: datetime) -> AuthorizationStatus:
        """Whether this token may run this transaction (station and transaction id) beside its others."""
        if token.concurrent_transactions is None:
            return AuthorizationStatus.ACCEPTED
        running = set()
        for other in await self._transactions.open_of_token(token.id_token, token.type):
            entries = await self._transactions.ledger(other.station_id, other.transaction_id)
            if any(entry.id_token is not None and entry.answer_status in (None, "Accepted") for entry in entries):
                running.add((other.station_id, other.transaction_id))
        # From here on nothing is awaited: what is counted and what is added belong together.
        key = (token.id_token.casefold(), token.type)
        fresh = {each: at for each, at in self._fresh.get(key, {}).items() if now - at < _FRESH}
        running.update(fresh)
        running.discard(transaction)
        if len(running) >= token.concurrent_transactions:
            return AuthorizationStatus.CONCURRENT_TX
        self._fresh[key] = {**fresh, transaction: now}
        return AuthorizationStatus.ACCEPTED

    def ended(self, transaction: tuple[str, str], id_token: str, type_: str) -> None:
        """Forget a start that has ended already."""
        self._fresh.get((id_token.casefold(), type_), {}).pop(transaction, None)


def presented(context: Context, id_token: IdToken, status: AuthorizationStatus) -> TokenPresented:
    """The fact that a token was shown; key codes are masked."""
    return TokenPresented(
        at=context.now,
        station_id=context.station_id,
        id_token=MASK if id_token.type in SECRET_TYPES else id_token.id_token,
        type=id_token.type,
        status=status,
    )


def _unknown(type_: str) -> AuthorizationStatus:
    # C04.FR.01: a wrong key code is Invalid.
    return AuthorizationStatus.INVALID if type_ in SECRET_TYPES else AuthorizationStatus.UNKNOWN


def _message(token: TokenRecord) -> MessageContent | None:
    if not token.personal_message:
        return None
    return MessageContent(format=MessageFormat.UTF8, content=token.personal_message, language=token.language)
