"""Each way to sign in, held against what a simulated store demands."""

import hmac
import ssl
from base64 import b64encode
from urllib.parse import unquote

import pytest
from oauthlib.oauth1.rfc5849.signature import (
    collect_parameters,
    normalize_parameters,
    signature_base_string,
)

from stockbridge.connectors.stores.woocommerce.settings import WooCommerceSettings
from stockbridge.connectors.stores.woocommerce.signing import (
    Keys,
    SignIn,
    address_with,
    signed,
)
from stockbridge.connectors.stores.woocommerce.simulator.tls import self_signed
from stockbridge.connectors.stores.woocommerce.store import WooCommerceStore
from stockbridge.connectors.stores.woocommerce.tests.desk import a_desk, read_all
from stockbridge.connectors.tests.servers import RawServer, ok
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.ports import Link

KEYS = Keys("ck_" + "1" * 40, "cs_" + "2" * 40)
ADDRESS = "http://shop.example.com/wp-json/wc/v3/products"


def test_basic_travels_in_a_header_only() -> None:
    address, headers = signed(SignIn.BASIC, KEYS, "GET", ADDRESS)

    assert address == ADDRESS
    assert headers["Authorization"].startswith("Basic ")


def test_keys_in_the_query_follow_what_is_there() -> None:
    address, headers = signed(SignIn.QUERY, KEYS, "GET", f"{ADDRESS}?page=2")

    assert address.startswith(f"{ADDRESS}?page=2&consumer_key=ck_")
    assert headers == {}


def test_oauth_signs_each_attempt_anew() -> None:
    first, second = (signed(SignIn.OAUTH, KEYS, "GET", ADDRESS)[1] for _ in range(2))

    assert first != second
    assert KEYS.consumer_secret not in first["Authorization"]


def test_an_oauth_signature_covers_method_address_and_query() -> None:
    address = address_with(ADDRESS, {"search": "Hammer 16oz & more (é)", "page": "2"})

    _, headers = signed(SignIn.OAUTH, KEYS, "PUT", address)

    shown = dict(
        part.strip().split("=", 1)
        for part in headers["Authorization"].removeprefix("OAuth ").split(",")
    )
    assert shown["oauth_signature_method"] == '"HMAC-SHA256"'
    parameters = collect_parameters(address.partition("?")[2], headers=headers)
    normalized = normalize_parameters(parameters)  # type: ignore[arg-type]
    base = signature_base_string("PUT", ADDRESS, normalized)
    key = f"{KEYS.consumer_secret}&".encode()
    expected = b64encode(hmac.new(key, base.encode(), "sha256").digest()).decode()
    assert unquote(shown["oauth_signature"].strip('"')) == expected


def test_a_query_is_encoded_as_the_rfc_says() -> None:
    assert address_with("x", {"a": "b c&d=~é"}) == "x?a=b%20c%26d%3D~%C3%A9"


def test_keys_are_never_printed() -> None:
    assert "ck_" not in repr(KEYS)
    assert "cs_" not in repr(KEYS)


def test_over_https_basic_is_used_and_the_certificate_is_checked() -> None:
    with a_desk(https=True) as desk:
        pem = ssl.get_server_certificate(("127.0.0.1", _port(desk.simulator.url)))
        trust = ssl.create_default_context(cadata=pem)
        desk.simulator.seed_products(3)
        store = WooCommerceStore(desk.link(), tls=trust)

        items, _ = read_all(store.walk_items)
        report = store.check()

    assert len(items) == 3
    assert report.facts["sign_in"] == "basic"


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.mark.parametrize("way", [SignIn.QUERY, SignIn.OAUTH])
def test_where_the_header_is_stripped_another_way_is_found(way: SignIn) -> None:
    """A host that strips Basic: the store answers as if there were no key."""
    cannot = ok(
        b'{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":401}}',
        "Content-Type: application/json",
        status="401 Unauthorized",
    )
    json = "Content-Type: application/json"
    index = ok(b'{"namespaces": ["wc/v3"]}', json)
    refusals = [cannot] if way is SignIn.QUERY else [cannot, cannot]
    shop = ok(b'{"settings": {"currency": "USD"}}', json)
    rest = [*[ok(b"[]", json)] * 5, shop, *[ok(b"[]", json)] * 8]
    with RawServer([index, *refusals, *rest], tls=self_signed()) as server:
        pem = ssl.get_server_certificate(("127.0.0.1", server.port))
        trust = ssl.create_default_context(cadata=pem)
        settings = WooCommerceSettings(address=f"https://127.0.0.1:{server.port}")
        secrets = {
            "consumer_key": KEYS.consumer_key,
            "consumer_secret": KEYS.consumer_secret,
        }
        link = Link("company-1", settings, secrets, RecordingWire())
        report = WooCommerceStore(link, tls=trust).check()

    assert report.facts["sign_in"] == way.value
    codes = {finding.code for finding in report.findings}
    assert codes & {"authorization_stripped", "store_thinks_http"}
