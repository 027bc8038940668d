"""Which network addresses may be called."""

from ipaddress import ip_address

import pytest

from stockbridge.connectors.addresses import is_public, permitted

PRIVATE = [
    "127.0.0.1",
    "10.0.0.5",
    "172.16.3.4",
    "192.168.1.10",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::7f00:1",
    "::10.0.0.1",
    "::ffff:0:7f00:1",
    "64:ff9b:1::7f00:1",
    "168.63.129.16",
]


PRIVATE_OF_THE_CLOUDS = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "::169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "0.0.0.0",
    "224.0.0.1",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_only_our_network_reaches_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


def test_of_many_addresses_only_the_public_ones_are_called() -> None:
    both = [ip_address("10.0.0.1"), ip_address("8.8.8.8")]

    assert permitted(both, allows_private=False) == (ip_address("8.8.8.8"),)


def test_permission_opens_private_addresses_but_never_the_clouds_own() -> None:
    asked = [ip_address("192.168.1.10")]
    asked += [ip_address(a) for a in PRIVATE_OF_THE_CLOUDS]

    assert permitted(asked, allows_private=True) == (ip_address("192.168.1.10"),)
