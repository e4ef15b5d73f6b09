"""Messages of 2.0 and of its neighbours with certificates in them that are at least written like certificates."""

from __future__ import annotations

from typing import Any

from msgspec import inspect

from pluglot.dialects.ocpp20.encoding import CERTIFICATE, CERTIFICATE_REQUEST, to_pem
from tests.dialects.samples import Sampler

#: (type, wire name) of what 2.0 writes in hexadecimal digits.
DIGITS = {
    ("CertificateSignedRequest", "cert"),
    ("Firmware", "signingCertificate"),
    ("InstallCertificateRequest", "certificate"),
    ("SignCertificateRequest", "csr"),
}
#: The same in later versions, which write PEM.
PEM = {("CertificateSignedRequest", "certificateChain")} | DIGITS


class Plausible(Sampler):
    """Draws messages like its parent, and writes certificates as the version does."""

    def __init__(self, seed: int, *, digits: bool) -> None:
        super().__init__(seed)
        self._digits = digits

    def _struct(self, kind: type[Any], fullness: float) -> Any:
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        drawn = super()._struct(kind, fullness)
        values = {field.name: getattr(drawn, field.name) for field in info.fields}
        for field in info.fields:
            if values[field.name] is None or (kind.__name__, field.encode_name) not in PEM:
                continue
            several = isinstance(values[field.name], tuple)
            text = self._certificate(CERTIFICATE_REQUEST if field.name == "csr" else CERTIFICATE)
            values[field.name] = (text,) * len(values[field.name]) if several else text
        return kind(**values)

    def _certificate(self, kind: str) -> str:
        digits = self.random.randbytes(self.random.choice((1, 60, 400))).hex()
        return digits if self._digits else to_pem(digits, kind)
