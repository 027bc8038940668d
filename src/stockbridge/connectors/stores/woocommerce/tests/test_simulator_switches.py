"""What differs from store to store: TLS, proxies, permalinks, slowness."""

import base64
import ssl
from http.client import HTTPSConnection
from time import perf_counter
from urllib.parse import urlsplit

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.connectors.stores.woocommerce.tests.asking import Asker, a_store

PRODUCTS = "/wp-json/wc/v3/products"


def _basic(simulator: WooCommerceSimulator) -> dict[str, str]:
    text = f"{simulator.consumer_key}:{simulator.consumer_secret}"
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def test_basic_counts_only_where_the_store_sees_tls() -> None:
    with a_store(https_seen=False) as (ask, _):
        plain = ask.raw("GET", PRODUCTS, None, _basic(ask.simulator))[0]
        ask.simulator.switches.https_seen = True
        behind_a_proxy = ask.raw("GET", PRODUCTS, None, _basic(ask.simulator))[0]

    assert (plain, behind_a_proxy) == (401, 200)


def test_a_store_with_a_certificate_takes_basic() -> None:
    with WooCommerceSimulator(https=True, deliver_webhooks=False) as simulator:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        port = urlsplit(simulator.url).port
        connection = HTTPSConnection("127.0.0.1", port, timeout=5, context=context)
        connection.request("GET", PRODUCTS, headers=_basic(simulator))
        status = connection.getresponse().status
        connection.close()

    assert status == 200


def test_a_host_that_strips_the_header_leaves_keys_in_the_query() -> None:
    with a_store(strips_authorization=True) as (ask, _):
        by_header = ask.raw("GET", PRODUCTS, None, _basic(ask.simulator))[0]
        by_query = ask("GET", "products")[0]

    assert (by_header, by_query) == (401, 200)


def test_plain_permalinks_answer_a_creation_with_a_page_and_make_nothing() -> None:
    with a_store(plain_permalinks=True) as (ask, _):
        status, page = ask("POST", "products", {"name": "A"})

        assert status == 200
        assert str(page).startswith("<!DOCTYPE html>")
        assert ask.simulator.state.products == {}


def test_keys_say_what_they_may() -> None:
    with a_store() as (ask, _):
        reader = ask.simulator.make_key("read")
        query = f"consumer_key={reader.consumer_key}"
        query += f"&consumer_secret={reader.consumer_secret}"

        reads = ask.raw("GET", f"{PRODUCTS}?{query}")[0]
        status, refusal = ask.raw("POST", f"{PRODUCTS}?{query}", {"name": "A"})

        assert reads == 200
        assert status == 401
        assert refusal["message"] == (
            "The API key provided does not have write permissions."
        )


def test_a_slow_store_waits_in_proportion_to_the_work() -> None:
    with a_store(latency=0.2) as (ask, _):
        single = _seconds(ask, "GET", "payment_gateways")

    assert single >= 0.2 * 0.045


def test_one_connection_serves_many_requests() -> None:
    with a_store() as (ask, _):
        # The handler speaks HTTP/1.1: nothing says that the connection ends.
        ask("GET", "products")

        assert ask.headers.get("connection", "keep-alive") != "close"
        assert int(ask.headers["content-length"]) == 2


def _seconds(ask: Asker, method: str, path: str) -> float:
    started = perf_counter()
    assert ask(method, path)[0] == 200
    return perf_counter() - started
