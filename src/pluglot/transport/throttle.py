"""How often somebody may guess: few failed log-ins per identity and per address, then growing delays (PWD-09)."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

import msgspec

_Key = TypeVar("_Key")


class ThrottleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many failures are free and what the others cost; times in seconds."""

    free_failures: int = 5
    window: float = 60.0
    first_delay: float = 2.0
    longest_delay: float = 900.0
    #: The longest delay from an identity's own address, so that somebody behind the same NAT gateway cannot keep the
    #: real station out for longer than this after the last guess.
    longest_delay_at_home: float = 3.0
    #: Networks whose addresses many stations share (a reverse proxy, a NAT gateway): there, only identities and pairs
    #: of identity and address are counted, or one misconfigured station would lock its neighbours out.
    shared_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    #: How many identities, addresses and pairs are remembered, each; the one untouched longest goes first.
    most_remembered: int = 20_000


class _Failures:
    """The failures of one identity, address or pair."""

    __slots__ = ("blocked_until", "count", "last")

    def __init__(self, now: datetime) -> None:
        self.count = 0
        self.last = now
        self.blocked_until = now


class Throttle:
    """Counts failed log-ins.

    An address from which an identity has logged in before keeps its own count, so guesses of others, from other
    addresses, never lock the real station out; and its neighbours behind the same address do not either.
    """

    def __init__(self, settings: ThrottleSettings | None = None) -> None:
        self._settings = settings or ThrottleSettings()
        self._shared = [ipaddress.ip_network(network) for network in self._settings.shared_networks]
        self._by_identity: OrderedDict[str, _Failures] = OrderedDict()
        self._by_address: OrderedDict[str, _Failures] = OrderedDict()
        self._by_pair: OrderedDict[tuple[str, str], _Failures] = OrderedDict()
        self._home: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        """How many identities, addresses, pairs and homes are remembered, together."""
        return len(self._by_identity) + len(self._by_address) + len(self._by_pair) + len(self._home)

    def delay(self, identity: str, address: str, now: datetime) -> float:
        """Return for how many seconds no log-in of this identity from this address will be looked at; 0 for at once."""
        network = _network(address)
        pair = self._by_pair.get((identity, network))
        if self.is_home(identity, address):
            if pair is None:
                return 0.0
            longest = pair.last + timedelta(seconds=self._settings.longest_delay_at_home)
            return max(0.0, (min(pair.blocked_until, longest) - now).total_seconds())
        counts = (pair, self._by_identity.get(identity), self._by_address.get(network))
        return max((max(0.0, (count.blocked_until - now).total_seconds()) for count in counts if count), default=0.0)

    def is_home(self, identity: str, address: str) -> bool:
        """Whether this identity logged in from this address last."""
        return self._home.get(identity) == _network(address)

    def failed(self, identity: str, address: str, now: datetime) -> None:
        """Note a wrong password or an unknown identity."""
        network = _network(address)
        self._count(self._by_pair, (identity, network), now)
        if self._home.get(identity) != network:
            self._count(self._by_identity, identity, now)
            if not self._is_shared(network):
                self._count(self._by_address, network, now)

    def succeeded(self, identity: str, address: str, now: datetime) -> None:  # noqa: ARG002 - as ``failed``
        """Note a log-in: this address is the identity's own from now on."""
        network = _network(address)
        self._by_pair.pop((identity, network), None)
        self._home.pop(identity, None)
        self.remember_home(identity, address)

    def remember_home(self, identity: str, address: str) -> None:
        """Note from where this identity logged in before, as a store knows it; what was seen since counts more."""
        self._home.setdefault(identity, _network(address))
        self._home.move_to_end(identity)
        if len(self._home) > self._settings.most_remembered:
            self._home.popitem(last=False)

    def _is_shared(self, network: str) -> bool:
        try:
            address = ipaddress.ip_network(network, strict=False).network_address
        except ValueError:
            return False
        return any(address in shared for shared in self._shared)

    def _count(self, table: OrderedDict[_Key, _Failures], key: _Key, now: datetime) -> None:
        settings = self._settings
        failures = table.get(key)
        if failures is None or now - max(failures.last, failures.blocked_until) > timedelta(seconds=settings.window):
            failures = table[key] = _Failures(now)
        failures.count += 1
        failures.last = now
        beyond = failures.count - settings.free_failures
        if beyond >= 0:
            delay = min(settings.longest_delay, settings.first_delay * 2.0 ** min(beyond, 32))
            failures.blocked_until = now + timedelta(seconds=delay)
        table.move_to_end(key)
        if len(table) > settings.most_remembered:
            table.popitem(last=False)


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    """Return what is counted as one address: of IPv6 the first 64 bits, because a host may use all the others."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 6:  # noqa: PLR2004 - the IP version
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
