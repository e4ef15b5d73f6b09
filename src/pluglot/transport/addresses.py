"""Which addresses named by peers may be called: URLs are hostile until judged (SOAP-09, FW-07)."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, NamedTuple

import msgspec
import yarl

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Looks a host name up: its addresses as texts.
Resolver = Callable[[str, int], Awaitable[list[str]]]

_LONGEST: Final = 2048
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
#: Where clouds tell machines their secrets; never a station.
_METADATA: Final = frozenset(
    ipaddress.ip_address(text) for text in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254")
)


class AddressRefused(ValueError):
    """An address will not be called; the message says which rule forbids it."""


class AddressRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which addresses may be called, beside the one a station's own request came from."""

    schemes: tuple[str, ...] = ("https", "http")
    #: Host names that may be called wherever they lead, without their ports.
    hosts: tuple[str, ...] = ()
    #: Networks that may be called, as ``10.1.0.0/16``.
    networks: tuple[str, ...] = ()
    #: Allow the address the request of the station came from. Turn it off behind a reverse proxy, where it is the
    #: proxy's.
    own_address: bool = True
    #: Allow every public address.
    any_public: bool = False
    #: Allow loopback, private and link-local addresses; for laboratories.
    any_private: bool = False


class Target(NamedTuple):
    """A URL that may be called, with the addresses its name was found to have."""

    url: yarl.URL
    #: Connect to one of these and do not look the name up again (FW-07).
    addresses: tuple[str, ...]

    def pinned(self) -> Iterator[yarl.URL]:
        """The URL with each address instead of the name."""
        return (self.url.with_host(address) for address in self.addresses)


def check_url(text: str, rules: AddressRules) -> yarl.URL:
    """Check what can be seen without looking a name up.

    Raises:
        AddressRefused: a rule forbids it.
    """
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise AddressRefused("the URL holds characters that no URL has, or too many")
    try:
        url = yarl.URL(text)
        port = url.port
    except ValueError:
        raise AddressRefused("this is no URL") from None
    if url.scheme not in rules.schemes:
        raise AddressRefused(f"only {', '.join(rules.schemes)} may be called")
    if not url.host or not url.absolute or not port:
        raise AddressRefused("the URL names no host")
    if url.user is not None or url.password is not None:
        raise AddressRefused("the URL holds a user name")
    return url.with_fragment(None)


def check_address(text: str, rules: AddressRules, *, own: str | None = None, listed: bool = False) -> str:
    """Check the address that a host name has; ``listed`` says that the name is on the list of allowed hosts.

    Raises:
        AddressRefused: a rule forbids it.
    """
    address = _parsed(text)
    if address is None:
        raise AddressRefused("the host has no usable address")
    inner = _unwrapped(address)
    if any(inner in ipaddress.ip_network(network, strict=False) for network in rules.networks):
        return str(address)
    if inner in _METADATA or inner.is_multicast or inner.is_unspecified:
        raise AddressRefused("this address is never called")
    own_parsed = None if own is None else _parsed(own)
    if listed or (rules.own_address and own_parsed is not None and inner == _unwrapped(own_parsed)):
        return str(address)
    if inner.is_global and not inner.is_reserved:
        if rules.any_public:
            return str(address)
        raise AddressRefused("the address is another than the station's own, and not on the list")
    if rules.any_private:
        return str(address)
    raise AddressRefused("loopback, private and link-local addresses are not called")


async def find_target(
    text: str, rules: AddressRules, *, own: str | None = None, resolver: Resolver | None = None
) -> Target:
    """Judge a URL and look its name up, once.

    Raises:
        AddressRefused: a rule forbids it, or the name has no address.
    """
    url = check_url(text, rules)
    host = url.host or ""
    listed = host.casefold() in {name.casefold() for name in rules.hosts}
    if _parsed(host) is not None:
        found = [host]
    else:
        try:
            found = await (resolver or look_up)(host, url.port or 0)
        except OSError:
            raise AddressRefused("the host has no usable address") from None
    if not found:
        raise AddressRefused("the host has no usable address")
    # One forbidden address among allowed ones is no accident, so all must be allowed.
    return Target(url, tuple(check_address(address, rules, own=own, listed=listed) for address in found))


async def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host name, by the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _parsed(text: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _unwrapped(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 address leads to, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    return inner or address
