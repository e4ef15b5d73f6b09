"""Names of certificates in 1.6 and in the house (mapping 6.21, 6.22)."""

from __future__ import annotations

from pluglot import messages as house
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import HASH_ALGORITHM_TO_HOUSE, HASH_ALGORITHM_TO_WIRE


def hash_to_wire(data: house.CertificateHashData) -> wire.CertificateHashData:
    """What names a certificate, as 1.6 writes it."""
    return wire.CertificateHashData(
        hash_algorithm=HASH_ALGORITHM_TO_WIRE[data.hash_algorithm],
        issuer_name_hash=data.issuer_name_hash,
        issuer_key_hash=data.issuer_key_hash,
        serial_number=data.serial_number,
    )


def hash_to_house(data: wire.CertificateHashData) -> house.CertificateHashData:
    """What names a certificate, as the house writes it."""
    return house.CertificateHashData(
        hash_algorithm=HASH_ALGORITHM_TO_HOUSE[data.hash_algorithm],
        issuer_name_hash=data.issuer_name_hash,
        issuer_key_hash=data.issuer_key_hash,
        serial_number=data.serial_number,
    )


def chains(
    answer: wire.GetInstalledCertificateIdsResponse, use: house.GetCertificateIdUse
) -> list[house.CertificateHashDataChain]:
    """The certificates of one kind; 1.6 does not tell the chains below them."""
    return [
        house.CertificateHashDataChain(certificate_hash_data=hash_to_house(data), certificate_type=use)
        for data in answer.certificate_hash_data or ()
    ]
