from __future__ import annotations

from datetime import timedelta

import pytest

from pluglot.csms.facts import TokenPresented
from pluglot.messages import (
    AuthorizationStatus,
    AuthorizeCertificateStatus,
    AuthorizeRequest,
    HashAlgorithm,
    IdToken,
    OCSPRequestData,
)
from tests.csms.house import CARD, NOON, House, happening


def asking(id_token: str = CARD[0], type_: str = CARD[1], **more: object) -> AuthorizeRequest:
    return AuthorizeRequest(id_token=IdToken(id_token=id_token, type=type_), **more)


@pytest.mark.requirement("C01.FR.19")
async def test_a_known_token_is_accepted_everywhere(house: House) -> None:
    """A token without limits is Accepted, with no list of EVSEs and no expiry."""
    info = (await house.answer(asking())).id_token_info
    assert info.status is AuthorizationStatus.ACCEPTED
    assert (info.evse_id, info.cache_expiry_date_time, info.group_id_token) == (None, None, None)


@pytest.mark.requirement("TC_C_02", "TC_C_56")
async def test_an_unknown_token_is_unknown(house: House) -> None:
    """Nobody charges with a token that is not registered."""
    assert (await house.answer(asking("DEADBEEF"))).id_token_info.status is AuthorizationStatus.UNKNOWN


@pytest.mark.requirement("TC_C_06")
async def test_a_blocked_token_is_blocked_even_when_it_is_also_expired(house: House) -> None:
    """Blocking is the stronger word."""
    house.save_token(blocked=True, expires_at=NOON - timedelta(days=1))
    assert (await house.answer(asking())).id_token_info.status is AuthorizationStatus.BLOCKED


@pytest.mark.requirement("TC_C_07")
@pytest.mark.parametrize(
    ("seconds", "status"),
    [(1, AuthorizationStatus.ACCEPTED), (0, AuthorizationStatus.EXPIRED), (-1, AuthorizationStatus.EXPIRED)],
)
async def test_a_token_expires_at_its_moment(house: House, seconds: int, status: AuthorizationStatus) -> None:
    """Valid until the moment of expiry, not at it; the station is told when."""
    house.save_token(expires_at=NOON + timedelta(seconds=seconds))
    info = (await house.answer(asking())).id_token_info
    assert info.status is status
    assert info.cache_expiry_date_time == NOON + timedelta(seconds=seconds)


@pytest.mark.requirement("C01.FR.06", "C09.FR.09", "C09.FR.12", "C09.FR.13", "TC_C_39")
async def test_the_group_is_told_in_both_answers(house: House) -> None:
    """Authorize and TransactionEvent name the group, as a Central token."""
    house.save_token(group_id_token="FAMILY")
    authorized = (await house.answer(asking())).id_token_info.group_id_token
    started = (await house.answer(happening("Started", 0, NOON, id_token=CARD))).id_token_info.group_id_token
    assert authorized == started == IdToken(id_token="FAMILY", type="Central")


async def test_case_does_not_matter(house: House) -> None:
    """Id tokens are compared without regard to case."""
    assert (await house.answer(asking("04aabbcc"))).id_token_info.status is AuthorizationStatus.ACCEPTED


async def test_a_driver_gets_the_personal_message_in_the_own_language(house: House) -> None:
    """What the operator wrote for a token is told with it."""
    house.save_token(personal_message="Bonjour", language="fr")
    info = (await house.answer(asking())).id_token_info
    assert (info.personal_message.content, info.personal_message.language, info.language1) == ("Bonjour", "fr", "fr")


@pytest.mark.requirement("C02.FR.02")
async def test_without_authorization_there_is_nobody_to_refuse(house: House) -> None:
    """A start button's empty token of type NoAuthorization is Accepted."""
    assert (await house.answer(asking("", "NoAuthorization"))).id_token_info.status is AuthorizationStatus.ACCEPTED
    start = happening("Started", 0, NOON, id_token=("", "NoAuthorization"))
    assert (await house.answer(start)).id_token_info.status is AuthorizationStatus.ACCEPTED


async def test_an_empty_token_of_another_type_is_invalid(house: House) -> None:
    """Only NoAuthorization has no text."""
    assert (await house.answer(asking("", "ISO14443"))).id_token_info.status is AuthorizationStatus.INVALID


@pytest.mark.requirement("C04.FR.01", "C04.FR.02", "C04.FR.04")
async def test_key_codes_are_invalid_when_wrong_and_never_written_down(house: House) -> None:
    """A wrong code is Invalid, a right one Accepted; the fact of showing it hides it."""
    house.save_token("4711", "KeyCode")
    for code, status in (("0815", AuthorizationStatus.INVALID), ("4711", AuthorizationStatus.ACCEPTED)):
        decision = await house.decide(asking(code, "KeyCode"))
        assert decision.response.id_token_info.status is status
        (fact,) = decision.facts
        assert isinstance(fact, TokenPresented)
        assert fact.id_token == "***"


async def test_presenting_a_token_is_a_fact(house: House) -> None:
    """Operators see who was let in where and who was not."""
    (fact,) = (await house.decide(asking())).facts
    assert (fact.station_id, fact.id_token, fact.type, fact.status) == ("CS1", *CARD, "Accepted")


@pytest.mark.parametrize("version", ["1.6", "1.5s", "1.2s", "1.6s"])
@pytest.mark.parametrize("guess", ["Central", "ISO14443", "ISO15693"])
async def test_a_guessed_type_does_not_keep_a_1_x_tag_out(house: House, version: str, guess: str) -> None:
    """Mapping 3.4: the only token with the tag's text is meant, whatever type the dialect guessed."""
    house.save_token("DE*ABC*1", "eMAID", group_id_token="G")
    info = (await house.answer(asking("de*abc*1", guess), ocpp_version=version)).id_token_info
    assert info.status is AuthorizationStatus.ACCEPTED
    assert info.group_id_token.id_token == "G"


async def test_a_guess_never_chooses_between_types(house: House) -> None:
    """Two types with the same text: the guessed one if it is among them, else none."""
    house.save_token("X1", "eMAID")
    house.save_token("X1", "KeyCode")
    assert (
        await house.answer(asking("X1", "Central"), ocpp_version="1.6")
    ).id_token_info.status is AuthorizationStatus.UNKNOWN
    house.save_token("X1", "Central", blocked=True)
    assert (
        await house.answer(asking("X1", "Central"), ocpp_version="1.6")
    ).id_token_info.status is AuthorizationStatus.BLOCKED


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_a_told_type_is_taken_at_its_word(house: House, version: str) -> None:
    """A 2.x station says the type, so a token of another type is another token."""
    house.save_token("X1", "eMAID")
    assert (
        await house.answer(asking("X1", "Central"), ocpp_version=version)
    ).id_token_info.status is AuthorizationStatus.UNKNOWN


async def test_a_contract_certificate_is_not_trusted_unseen(house: House) -> None:
    """C07: with a certificate or its hashes the answer says that it could not be validated."""
    hashes = OCSPRequestData(
        hash_algorithm=HashAlgorithm.SHA256,
        issuer_name_hash="a",
        issuer_key_hash="b",
        serial_number="1",
        responder_url="u",
    )
    for request in (asking(certificate="PEM"), asking(iso15118_certificate_hash_data=(hashes,))):
        response = await house.answer(request)
        assert response.certificate_status is AuthorizeCertificateStatus.NO_CERTIFICATE_AVAILABLE
    assert (await house.answer(asking())).certificate_status is None


@pytest.mark.requirement("E02.FR.04", "E05.FR.01")
async def test_a_token_is_verified_again_when_the_transaction_starts(house: House) -> None:
    """A station that let somebody in from an old list is told the truth, and energy that flows is still recorded."""
    house.save_token(blocked=True)
    response = await house.answer(happening("Started", 0, NOON, wh=5, id_token=CARD, offline=True))
    assert response.id_token_info.status is AuthorizationStatus.BLOCKED
    assert house.record().offline
    assert house.record().meter_start_wh == 5
