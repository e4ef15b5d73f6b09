"""Who stands behind a reverse proxy: X-Forwarded-For, believed only of the proxies that the operator names."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: So much of the header is read, from its end: what stands before was written by whoever asked.
LONGEST_READ: Final = 2048
MOST_HOPS: Final = 16


class TrustedProxies:
    """Knows whose word counts for where a request came from."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)

    def __bool__(self) -> bool:
        """Whether any proxy is trusted."""
        return bool(self._networks)

    def trusts(self, peer: str) -> bool:
        """Whether this peer is one of the proxies."""
        address = _address(peer)
        return address is not None and self._covers(address)

    def origin(self, peer: str, forwarded: Sequence[str]) -> str:
        """Where a request of this peer came from; ``forwarded`` are the values of X-Forwarded-For in their order.

        Each proxy adds whom it saw at the end. So they are read from there, as long as who said it is trusted; what
        is no address ends the reading.
        """
        address = _address(peer)
        if address is None or not self._covers(address):
            return peer
        for hop in _hops(forwarded):
            before = _address(hop)
            if before is None:
                break
            address = before
            if not self._covers(address):
                break
        return str(address)

    def _covers(self, address: IpAddress) -> bool:
        return any(address in network for network in self._networks)


def _hops(forwarded: Sequence[str]) -> list[str]:
    """The last hops, the nearest first."""
    text = ",".join(forwarded)
    hops = text[-LONGEST_READ:].split(",")
    if len(text) > LONGEST_READ:
        del hops[0]  # it may have been cut
    return hops[: -MOST_HOPS - 1 : -1]


@lru_cache(maxsize=4096)
def _address(text: str) -> IpAddress | None:
    """An address as proxies write it, perhaps with a port; of IPv4 within IPv6, the IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
