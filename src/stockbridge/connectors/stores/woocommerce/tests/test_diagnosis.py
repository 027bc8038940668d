"""A live check says in plain words what is wrong, and names the remedy."""

import socket
from collections.abc import Sequence
from typing import Any

import pytest

from stockbridge.connectors.addresses import IpAddress
from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.client import StoreApi
from stockbridge.connectors.stores.woocommerce.settings import WooCommerceSettings
from stockbridge.connectors.stores.woocommerce.shop_facts import (
    version_findings,
    version_numbers,
)
from stockbridge.connectors.stores.woocommerce.store import WooCommerceStore
from stockbridge.connectors.stores.woocommerce.tests.desk import (
    ALL_VERSIONS,
    Desk,
    a_desk,
)
from stockbridge.connectors.tests.servers import RawServer, ok
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.ports import ConnectionReport, Finding, Link, Severity

Json = Any


def _codes(report: ConnectionReport) -> set[str]:
    return {finding.code for finding in report.findings}


def _error(report: ConnectionReport) -> Finding:
    (error,) = (f for f in report.findings if f.severity is Severity.ERROR)
    assert not report.is_usable
    assert error.message
    assert error.remedy
    return error


def _check(address: str, **more: Json) -> ConnectionReport:
    settings = WooCommerceSettings(address=address, allow_insecure_http=True)
    secrets = {"consumer_key": "ck_" + "1" * 40, "consumer_secret": "cs_" + "1" * 40}
    link = Link("company-1", settings, secrets, RecordingWire())
    return WooCommerceStore(link, **more).check()


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_a_good_connection_is_said_to_be_one(version: str) -> None:
    with a_desk(version) as desk:
        report = desk.store().check()

    assert report.is_usable
    assert "connected" in _codes(report)
    assert report.version.startswith(version)
    assert report.facts["currency"] == "USD"
    assert report.facts["time_zone"] == "America/New_York"
    assert report.facts["stock_management"] == "yes"
    assert report.facts["prices_include_tax"] == "no"


def test_a_check_changes_nothing_in_the_store() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(3)
        desk.simulator.seed_orders(3)
        before = desk.simulator.dump()

        desk.store().check()

        after = desk.simulator.dump()
    assert before == after


def test_insecure_http_works_and_is_warned_of() -> None:
    with a_desk() as desk:
        assert "insecure_http" in _codes(desk.store().check())


@pytest.mark.parametrize(
    ("permissions", "code"),
    [("read", "key_read_only"), ("write", "key_write_only")],
)
def test_a_key_of_half_rights_is_recognised(permissions: str, code: str) -> None:
    with a_desk() as desk:
        key = desk.simulator.make_key(permissions)
        desk.secrets = {
            "consumer_key": key.consumer_key,
            "consumer_secret": key.consumer_secret,
        }

        assert _error(desk.store().check()).code == code


def test_a_wrong_secret_and_an_unknown_key_are_told_apart() -> None:
    with a_desk() as desk:
        desk.secrets = {"consumer_secret": "cs_" + "9" * 40}
        wrong = desk.store().check()
        desk.secrets = {"consumer_key": "ck_" + "9" * 40}
        unknown = desk.store().check()

    assert _error(wrong).code == "secret_wrong"
    assert _error(unknown).code == "key_unknown"


def test_a_revoked_key_is_an_unknown_one() -> None:
    with a_desk() as desk:
        desk.simulator.state.keys.clear()

        error = _error(desk.store().check())

    assert error.code == "key_unknown"
    assert "revoked" in error.message


def test_plain_permalinks_are_recognised() -> None:
    with a_desk(plain_permalinks=True) as desk:
        error = _error(desk.store().check())

    assert error.code == "permalinks"
    assert "Permalinks" in error.remedy


def test_maintenance_is_nothing_to_act_on() -> None:
    with a_desk() as desk:
        desk.simulator.faults.add(Fault(FaultKind.MAINTENANCE, times=None))

        error = _error(desk.store().check())

    assert error.code == "maintenance"


def test_stock_management_that_is_off_is_warned_of() -> None:
    with a_desk() as desk:
        _set_option(desk, "woocommerce_manage_stock", "no")

        report = desk.store().check()

    assert "stock_management_off" in _codes(report)
    assert report.is_usable


def _set_option(desk: Desk, option: str, value: str) -> None:
    path = f"settings/products/{option}"
    StoreApi(desk.link()).call("PUT", path, payload={"value": value})


def test_an_unknown_name_is_an_address_that_is_wrong() -> None:
    def unknown(host: str, port: int) -> Sequence[IpAddress]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    report = _check("https://shop.example.com", resolver=unknown)

    assert _error(report).code == "address_unknown"


def test_no_internet_is_not_blamed_on_the_address() -> None:
    def offline(host: str, port: int) -> Sequence[IpAddress]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    report = _check("https://shop.example.com", resolver=offline)

    assert _error(report).code == "no_internet"


def test_a_certificate_that_nobody_vouches_for_is_named() -> None:
    with a_desk(https=True) as desk:
        error = _error(desk.store().check())

    assert error.code == "certificate"
    assert "127.0.0.1" in error.message


def test_a_site_without_woocommerce_is_recognised() -> None:
    index = ok(b'{"namespaces": ["wp/v2"]}', "Content-Type: application/json")
    with RawServer([index]) as server:
        report = _check(f"http://127.0.0.1:{server.port}")

    assert _error(report).code == "no_woocommerce"


def test_a_woocommerce_without_rest_v3_is_too_old() -> None:
    index = ok(b'{"namespaces": ["wc/v1", "wc/v2"]}', "Content-Type: application/json")
    with RawServer([index]) as server:
        report = _check(f"http://127.0.0.1:{server.port}")

    assert _error(report).code == "too_old"


@pytest.mark.parametrize(
    ("version", "codes"),
    [
        ("3.5.0", ["too_old"]),
        ("5.7.2", ["too_old"]),
        ("6.0.0", ["version_untested"]),
        ("7.1.1", []),
        ("11.0.1", []),
        ("12.0.0-beta.1", ["version_untested"]),
        ("", ["version_unknown"]),
    ],
)
def test_versions_are_refused_warned_of_or_fine(version: str, codes: list[str]) -> None:
    assert [finding.code for finding in version_findings(version)] == codes


def test_a_version_is_read_as_numbers() -> None:
    assert version_numbers("10.5.0-rc.1") == (10, 5)
    assert version_numbers("what") == ()


def test_a_site_that_is_no_wordpress_is_recognised() -> None:
    page = ok(b"<html>hello</html>", "Content-Type: text/html", status="404 Not Found")
    with RawServer([page] * 4) as server:
        report = _check(f"http://127.0.0.1:{server.port}")

    assert _error(report).code == "no_api"


def test_a_private_address_is_refused_unless_allowed() -> None:
    settings = WooCommerceSettings(
        address="http://127.0.0.1:9", allow_insecure_http=True
    )
    wire = RecordingWire(allows_private=False)

    report = WooCommerceStore(Link("company-1", settings, {}, wire)).check()

    assert _error(report).code == "private_address"


def test_no_secret_is_in_a_report_or_a_log() -> None:
    with a_desk() as desk:
        desk.secrets = {"consumer_secret": "cs_" + "9" * 40}

        report = desk.store().check()

    text = repr(report) + desk.wire.log_text
    assert "9" * 40 not in text
    assert desk.simulator.consumer_key not in text


def _answers(*bodies: tuple[str, bytes]) -> list[bytes]:
    return [
        ok(body, "Content-Type: application/json", status=status)
        for status, body in bodies
    ]


CANNOT = (
    "401 Unauthorized",
    b'{"code":"woocommerce_rest_cannot_view","message":"Sorry","data":{"status":401}}',
)
INDEX = ("200 OK", b'{"namespaces": ["wc/v3"], "timezone_string": "UTC"}')
LIST = ("200 OK", b'[{"id": 1}]')


def test_a_long_address_that_is_refused_makes_ours_short() -> None:
    blocked = ok(b"<html>no</html>", "Content-Type: text/html", status="403 Forbidden")
    good = _answers(INDEX, LIST, ("200 OK", b"[]"), LIST, LIST, LIST)
    shop = ("200 OK", b'{"settings": {"currency": "USD"}}')
    rest = _answers(shop, *[("200 OK", b"[]")] * 8)
    with RawServer([*good, blocked, *rest]) as server:
        report = _check(f"http://127.0.0.1:{server.port}")

    assert "long_addresses_refused" in _codes(report)
    assert report.facts["long_addresses"] == "no"
