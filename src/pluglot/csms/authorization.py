"""Who may charge: Authorize, and every id token that comes with a transaction (block C)."""

from __future__ import annotations

from datetime import datetime

from pluglot.csms.decision import Context, Decision
from pluglot.csms.facts import TokenPresented
from pluglot.csms.policy import Policy
from pluglot.csms.ports import Tokens, Transactions
from pluglot.csms.records import TokenRecord
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

#: In the 1.x versions a token has no type; the dialect guesses one (mapping 3.4).
UNTYPED_VERSIONS = ("1.2", "1.5", "1.6")
#: C04: a key code is a secret; it is never written where people look.
SECRET_TYPES = frozenset({"KeyCode"})
MASK = "***"
#: C09.FR.13: a group is a token of this type.
GROUP_TYPE = "Central"


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

    A 1.x station cannot say the type of a token, so where the guessed type finds none, the only token with this text
    is meant. Where several types have it, none is: a guess never chooses between them.
    """
    token = await tokens.find(id_token.id_token, id_token.type)
    if token is None and ocpp_version.startswith(UNTYPED_VERSIONS):
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


async def concurrent(
    token: TokenRecord, station_id: str, transaction_id: str, *, transactions: Transactions
) -> AuthorizationStatus:
    """Whether this token may run one transaction more (TX-13).

    Transactions that were refused this token but are still open at their station do not count.
    """
    if token.concurrent_transactions is None:
        return AuthorizationStatus.ACCEPTED
    running = 0
    for other in await transactions.open_of_token(token.id_token, token.type):
        if (other.station_id, other.transaction_id) == (station_id, transaction_id):
            continue
        entries = await transactions.ledger(other.station_id, other.transaction_id)
        if any(entry.id_token is not None and entry.answer_status in (None, "Accepted") for entry in entries):
            running += 1
    allowed = running < token.concurrent_transactions
    return AuthorizationStatus.ACCEPTED if allowed else AuthorizationStatus.CONCURRENT_TX


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
