"""What is said before a .qwc file is given out."""

from collections.abc import Callable

import pytest

from stockbridge.connectors.webconnector.checks import (
    AddressFacts,
    Reach,
    caller_checks,
    check_addresses,
    is_local,
)
from stockbridge.connectors.webconnector.error_codes import ERROR_CODES
from stockbridge.domain.errors import AnswerLostError, NotSentError
from stockbridge.ports import Severity

GOOD = "https://shop.example.com/hooks/4f1c/"


def found(
    address: str = GOOD,
    support: str = "",
    reach: Reach = Reach.ANSWERED,
    status: int = 200,
) -> list[tuple[str, Severity]]:
    facts = AddressFacts(address, support or address, reach, status)
    findings = check_addresses(facts)
    assert all(f.message and (f.remedy or f.severity is Severity.OK) for f in findings)
    return [(f.code, f.severity) for f in findings]


@pytest.mark.parametrize("status", [200, 202])
def test_a_public_name_with_https_is_fine(status: int) -> None:
    assert found(status=status) == [("address", Severity.OK)]
    assert found("https://SHOP.example.com:8443/x") == [("address", Severity.OK)]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_localhost_needs_no_https_and_is_said_to_be_local(scheme: str) -> None:
    address = f"{scheme}://localhost:8000/hooks/4f1c/"

    assert found(address) == [("QBWC1035", Severity.WARNING)]
    assert is_local(address)
    assert not is_local(GOOD)


@pytest.mark.parametrize(
    "host", ["192.0.2.7", "127.0.0.1", "[::1]", "0x7f000001", "2130706433", "10.1"]
)
def test_a_number_is_no_name(host: str) -> None:
    codes = found(f"https://{host}:8000/")

    assert ("QBWC1001", Severity.ERROR) in codes
    assert ("QBWC1002", Severity.ERROR) in codes


def test_http_is_for_localhost_only() -> None:
    assert found("http://shop.example.com/") == [("QBWC1010", Severity.ERROR)]
    assert found("http://localhost.example.com/") == [("QBWC1010", Severity.ERROR)]


def test_both_addresses_have_one_name() -> None:
    codes = found(support="https://help.example.com/")

    assert codes == [("QBWC1000", Severity.ERROR)]


@pytest.mark.parametrize("status", [204, 301, 302, 401, 403, 404, 500])
def test_the_help_page_has_to_answer(status: int) -> None:
    assert found(status=status) == [("QBWC1003", Severity.ERROR)]


def test_a_page_that_we_cannot_reach_ourselves_may_still_be_reached() -> None:
    assert found(reach=Reach.UNREACHABLE) == [("QBWC1004", Severity.WARNING)]
    assert found(reach=Reach.NOT_TRIED) == [("address", Severity.OK)]


def test_a_certificate_that_is_not_trusted_is_an_error() -> None:
    assert found(reach=Reach.BAD_CERTIFICATE) == [("QBWC1048", Severity.ERROR)]


def test_a_name_of_the_shops_own_network_is_warned_of() -> None:
    assert found("https://backoffice/") == [("address", Severity.WARNING)]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shop",
        "ftp://shop.example.com",
        "https://",
        "https://a:b@shop.example.com",
        "https://shop.example.com:x/",
        "https://a..b/",
        "https://a b/",
        "https://[::1",
    ],
)
def test_what_is_no_address_is_said(address: str) -> None:
    assert found(address) == [("address", Severity.ERROR)]


def test_every_number_is_one_that_the_web_connector_shows() -> None:
    codes = {
        code
        for address in (GOOD, "http://192.0.2.7/", "http://shop.example.com/")
        for reach in Reach
        for code, _ in found(address, reach=reach, status=404)
    }

    assert {code for code in codes if code != "address"} <= set(ERROR_CODES)


def test_fetching_is_somebody_elses_and_its_failures_are_facts() -> None:
    def refuse(_address: str) -> int:
        raise NotSentError("Nothing answers there.", code="refused")

    def lose(_address: str) -> int:
        raise AnswerLostError("It took too long.", code="timeout")

    def distrust(_address: str) -> int:
        raise NotSentError("Its certificate has expired.", code="certificate")

    def codes(fetch: Callable[[str], int]) -> list[str]:
        return [finding.code for finding in caller_checks(GOOD, GOOD, fetch)]

    assert codes(lambda _: 200) == ["address"]
    assert codes(lambda _: 204) == ["QBWC1003"]
    assert codes(refuse) == ["QBWC1004"]
    assert codes(lose) == ["QBWC1004"]
    assert codes(distrust) == ["QBWC1048"]


def test_what_is_no_address_is_never_fetched() -> None:
    fetched: list[str] = []

    def fetch(address: str) -> int:
        fetched.append(address)
        return 200

    caller_checks("file:///etc/passwd", "file:///etc/passwd", fetch)

    assert fetched == []
