"""Which addresses named by peers are called: a corpus of server-side request forgery (SOAP-09, FW-07)."""

from __future__ import annotations

import itertools

import pytest

from pluglot.transport.addresses import AddressRefused, AddressRules, check_address, check_url, find_target

pytestmark = pytest.mark.requirement("SOAP-09", "FW-07")

NOTHING = AddressRules(own_address=False)
PUBLIC = AddressRules(any_public=True)
INNER_V4 = (
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.9.9"),  # noqa: S104 - not listened on
    *("192.168.0.1", "169.254.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1"),
    *("239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.0.1", "198.51.100.7", "203.0.113.9", "169.254.170.2"),
)
INNER_V6 = (
    *("::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "fe80::1%eth0"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2002:a00:1::", "::ffff:0:0", "100::1", "2001:2::1"),
)
NOT_ADDRESSES = ("", "localhost", "1.2.3", "1.2.3.4.5", "0x7f.1", "2130706433", "1.2.3.4/8", "[::1", "::g")


@pytest.mark.parametrize("address", [*INNER_V4, *INNER_V6, *NOT_ADDRESSES])
def test_inner_addresses_are_refused_although_public_ones_are_allowed(address: str) -> None:
    """Loopback, private, link-local, reserved and embedded addresses are not called."""
    with pytest.raises(AddressRefused):
        check_address(address, PUBLIC)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_need_the_rule_the_list_or_to_be_the_stations_own(address: str) -> None:
    """A station may be called where it called from; anywhere else only by an operator's choice."""
    with pytest.raises(AddressRefused):
        check_address(address, AddressRules())
    with pytest.raises(AddressRefused):
        check_address(address, NOTHING, own=address)
    assert check_address(address, PUBLIC)
    assert check_address(address, AddressRules(), own=address)
    assert check_address(address, AddressRules(), listed=True)
    assert check_address("::ffff:8.8.8.8", AddressRules(), own="8.8.8.8")


def test_inner_addresses_are_called_by_choice() -> None:
    """A laboratory allows its own networks, or all of them; secrets of the cloud stay out of reach even then."""
    assert check_address("10.1.2.3", AddressRules(networks=("10.1.0.0/16",)))
    with pytest.raises(AddressRefused):
        check_address("10.2.2.3", AddressRules(networks=("10.1.0.0/16",)))
    assert check_address("127.0.0.1", AddressRules(any_private=True))
    assert check_address("127.0.0.1", AddressRules(), own="127.0.0.1")
    for never in ("169.254.169.254", "fd00:ec2::254", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254"):  # noqa: S104 - not listened on
        with pytest.raises(AddressRefused):
            check_address(never, AddressRules(any_private=True, any_public=True), own=never, listed=True)


BAD_URLS = [
    *(
        f"{scheme}://192.0.2.1/x"
        for scheme in ("file", "gopher", "ftp", "ldap", "dict", "jar", "ws", "unix", "javascript")
    ),
    *("data:text/xml,<a/>", "//192.0.2.1/x", "/x", "x", "", "http://", "http:///x", "http:192.0.2.1", "http://:80/"),
    *(
        "http://user@192.0.2.1/",
        "http://user:pass@192.0.2.1/",
        "http://192.0.2.1@127.0.0.1/",
        "http://a b/",
        " http://a/",
    ),
    *("http://a\\@127.0.0.1/", "http://a/\r\nHost: b", "http://a/\x00", "http://a\t/", "http://192.0.2.1:99999/"),
    *("http://192.0.2.1:0/", "http://[::1/", "http://é.example/", "http://192.0.2.1:x/", "http://" + "a" * 3000),
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_urls_of_other_kinds_are_refused_unseen(url: str) -> None:
    """Only plain http and https URLs with a host and without user names are looked at further."""
    with pytest.raises(AddressRefused):
        check_url(url, AddressRules(any_private=True, any_public=True))


SPELLINGS = [
    f"{scheme}://{host}{port}{path}"
    for scheme, host, port, path in itertools.product(
        ("http", "https", "HTTP"),
        ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"),
        ("", ":80", ":22", ":6379", ":9000", ":65535"),
        ("", "/", "/?a=b", "/a@b"),
    )
]


async def test_no_spelling_of_loopback_is_called() -> None:
    """However an inner address is spelt, and whatever a name resolves to, it is judged by what is connected to."""
    assert len(SPELLINGS) >= 500

    async def resolver(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    for url in SPELLINGS:
        with pytest.raises(AddressRefused):
            await find_target(url, PUBLIC, own="8.8.8.8", resolver=resolver)


async def test_one_inner_address_among_public_ones_spoils_a_name() -> None:
    """A name with several addresses is called only if all of them may be."""

    async def mixed(_host: str, _port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.1"]

    async def empty(_host: str, _port: int) -> list[str]:
        return []

    async def unknown(_host: str, _port: int) -> list[str]:
        raise OSError

    for resolver in (mixed, empty, unknown):
        with pytest.raises(AddressRefused):
            await find_target("http://station.example/cp", PUBLIC, resolver=resolver)


async def test_what_was_judged_is_what_is_connected_to() -> None:
    """The target carries the address that was looked up, and the name for the peer's eyes."""

    async def resolver(_host: str, _port: int) -> list[str]:
        return ["8.8.8.8"]

    target = await find_target("https://Station.example:8443/cp?x=1#f", PUBLIC, resolver=resolver)
    assert [str(url) for url in target.pinned()] == ["https://8.8.8.8:8443/cp?x=1"]
    assert target.url.host == "station.example"
    listed = AddressRules(hosts=("station.example",))
    assert (await find_target("http://STATION.example/cp", listed, resolver=resolver)).addresses == ("8.8.8.8",)
