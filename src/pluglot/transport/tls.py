"""What TLS means for a link: which security profile it has.

Contexts with certificates for profiles 2 and 3 are made elsewhere and handed to listener and client as ``ssl``;
no TLS context is made here yet.
"""

from __future__ import annotations

import asyncio


def profile_of_arrival(transport: asyncio.BaseTransport) -> int:
    """Return 1 without TLS, 2 with TLS, 3 when the station showed a certificate that the context verified (SEC-01)."""
    ssl_object = transport.get_extra_info("ssl_object")
    if ssl_object is None:
        return 1
    # The certificate is only given out after it was verified against the context's roots.
    return 3 if ssl_object.getpeercert() else 2


def profile_of_station(transport: asyncio.BaseTransport, *, has_password: bool) -> int:
    """Return the profile of our own link: over TLS a station shows a password (2) or its certificate (3)."""
    if transport.get_extra_info("ssl_object") is None:
        return 1
    return 2 if has_password else 3
