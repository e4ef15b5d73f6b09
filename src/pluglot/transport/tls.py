"""What TLS means for a link: which security profile it has.

Contexts with certificates for profiles 2 and 3 are made elsewhere and handed to listener and client as ``ssl``;
no TLS context is made here yet.
"""

from __future__ import annotations

import asyncio


def security_profile(transport: asyncio.BaseTransport) -> int:
    """Return 1 without TLS, 2 with TLS, 3 when the peer showed a certificate that the context verified (SEC-01)."""
    ssl_object = transport.get_extra_info("ssl_object")
    if ssl_object is None:
        return 1
    # The certificate is only given out after it was verified against the context's roots.
    return 3 if ssl_object.getpeercert() else 2
