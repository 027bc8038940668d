"""Every recorded exchange of a real store, replayed on the simulator.

One test walks through them in order, because each one builds on the state that the
ones before have left. What cannot be compared is listed with its reason in
`replay_exceptions.py` and in the simulator's NOT_COMPARED.md.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.stores.woocommerce import simulator as simulator_package
from stockbridge.connectors.stores.woocommerce.simulator import (
    Options,
    WooCommerceSimulator,
)
from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    needs_contracts,
    recording,
    recording_names,
)
from stockbridge.connectors.stores.woocommerce.tests.replay import (
    HTTPS_HOME,
    STRICT,
    Leniency,
    Postbox,
    differences,
    replay,
)
from stockbridge.connectors.stores.woocommerce.tests.replay_exceptions import (
    ELSEWHERE,
    LENIENT,
    NOT_COMPARED,
)
from stockbridge.connectors.stores.woocommerce.tests.replay_plan import (
    PREPARATIONS,
    in_order,
)
from stockbridge.connectors.stores.woocommerce.tests.replay_steps import (
    furnish_as_recorded,
)

pytestmark = needs_contracts

_CHECKOUT = Leniency(
    "ids of lines, and what the checkout page adds",
    frozenset({"id", "meta_data", "customer_ip_address", "customer_user_agent"})
    | {"payment_method_title", "shipping_lines", "shipping_total", "total"}
    | {"shipping", "is_editable"},
)


class Stage:
    """A simulator as the recorded store was, and what it sent out."""

    def __init__(self) -> None:
        self.clock = SettableClock(datetime(2026, 11, 22, 0, 50, tzinfo=UTC))
        options = Options(
            clock=self.clock,
            https_seen=True,
            home_url=HTTPS_HOME,
            deliver_webhooks=False,
        )
        self.postbox = Postbox({"status/500": 500, "/none": 0})
        self.simulator = WooCommerceSimulator(options, sender=self.postbox)
        furnish_as_recorded(self.simulator)

    def play(self, name: str) -> list[str]:
        """Play one recording; return how the simulator differs."""
        if name in PREPARATIONS:
            PREPARATIONS[name](self.simulator)
            self.simulator.send_webhooks()
        exchange = recording(name)
        if name in NOT_COMPARED or name in ELSEWHERE:
            return []
        if "response" not in exchange:
            return self._compare_delivery(name, exchange)
        found = replay(self.simulator, self.clock, exchange, LENIENT.get(name, STRICT))
        crashes = self.simulator.web.crashes
        found.differences += [f"crashed: {crash}" for crash in crashes]
        crashes.clear()
        return found.differences

    def _compare_delivery(self, name: str, exchange: dict[str, Any]) -> list[str]:
        request = exchange["request"]
        url = f"http://127.0.0.1:18990{request['path']}"
        wanted = request["body"]
        for sent_url, body, headers in reversed(self.postbox.sent):
            if sent_url != url:
                continue
            if wanted is None:
                return [] if body.decode() == request["body_raw"] else ["another body"]
            if json.loads(body)["id"] == wanted["id"]:
                return _delivery_differences(name, exchange, body, headers)
        return [f"nothing was sent to {url}"]


def _delivery_differences(
    name: str, exchange: dict[str, Any], body: bytes, headers: dict[str, str]
) -> list[str]:
    expected = exchange["request"]
    leniency = _CHECKOUT if "order" in name and "checkout" in name else STRICT
    found = differences(expected["body"], json.loads(body), leniency)
    names = {key for key in expected["headers"] if key.startswith("X-WC-")}
    if names != {key for key in headers if key.startswith("X-WC-")}:
        found.append(f"headers {sorted(headers)}")
    for key in ("Source", "Topic", "Resource", "Event", "ID"):
        full = f"X-WC-Webhook-{key}"
        if headers[full] != expected["headers"][full]:
            found.append(f"{full}: {headers[full]}")
    digest = hmac.new(exchange["secret"].encode(), body, hashlib.sha256).digest()
    if headers["X-WC-Webhook-Signature"] != base64.b64encode(digest).decode():
        found.append("the signature does not verify")
    return found


@pytest.fixture
def stage() -> Iterator[Stage]:
    prepared = Stage()
    with prepared.simulator:
        yield prepared


def test_every_recorded_exchange_is_answered_as_the_real_store_answered_it(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    names = in_order(recording_names())

    found = {name: stage.play(name) for name in names}

    left_out = [name for name in names if name in NOT_COMPARED]
    elsewhere = [name for name in names if name in ELSEWHERE]
    compared = len(names) - len(left_out) - len(elsewhere)
    with capsys.disabled():
        print(
            f"\nWooCommerce simulator: {compared} of {len(names)} recordings replayed "
            f"({len(LENIENT)} of them in part), {len(elsewhere)} in other tests, "
            f"{len(left_out)} not compared."
        )
    assert {name: rows for name, rows in found.items() if rows} == {}


def test_the_plan_names_only_recordings_that_there_are() -> None:
    planned = {*PREPARATIONS, *LENIENT, *NOT_COMPARED, *ELSEWHERE}

    assert planned <= set(recording_names())


def test_what_is_compared_elsewhere_is_named_there() -> None:
    folder = Path(__file__).parent
    texts = {file: (folder / file).read_text() for file in set(ELSEWHERE.values())}

    unnamed = [name for name, file in ELSEWHERE.items() if name not in texts[file]]

    assert unnamed == []


def test_the_document_lists_what_is_not_compared() -> None:
    folder = Path(simulator_package.__file__).parent
    document = (folder / "NOT_COMPARED.md").read_text()
    listed = set(re.findall(r"`(\d{3}b?-[\w-]+)`", document))

    expected = {*NOT_COMPARED, *LENIENT, *ELSEWHERE}

    assert listed == expected
