"""Old things go, figures are right, and what leaves the house names nobody."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from stockbridge.companies.models import User
from stockbridge.domain.commerce import Customer
from stockbridge.domain.tests.builders import an_order
from stockbridge.engine import health, leases, metrics, retention, support, workers
from stockbridge.engine.codec import ORDER, digest, dumped
from stockbridge.engine.models import (
    Batch,
    Bridge,
    DeliverySource,
    ExchangeLog,
    Installation,
    Issue,
    LogEntry,
    Snapshot,
)
from stockbridge.engine.models.deliveries import AHEAD
from stockbridge.engine.namefilter import NameFilter
from stockbridge.engine.tests.rows import (
    NOW,
    a_bridge,
    a_company,
    a_connection,
    a_delivery,
)

pytestmark = pytest.mark.django_db
OLD, YOUNG = NOW - timedelta(days=91), NOW - timedelta(days=89)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def test_exchanges_and_log_lines_go_when_they_are_too_old() -> None:
    shop = a_connection()
    for at in (OLD, YOUNG):
        _exchange(shop.pk, at=at)
        LogEntry.objects.create(
            company=shop.company, channel="orders", level="info", message="x", at=at
        )

    swept = retention.sweep(NOW)[shop.company_id]

    assert (swept.exchanges, swept.log_lines) == (1, 1)
    assert ExchangeLog.objects.get().at == LogEntry.objects.get().at == YOUNG


def test_each_company_keeps_as_long_as_it_says() -> None:
    brief = a_connection(a_company(retention_days=7))
    _exchange(brief.pk, at=NOW - timedelta(days=8))
    _exchange(a_connection().pk, at=NOW - timedelta(days=8))

    retention.sweep(NOW)

    assert ExchangeLog.objects.count() == 1


def test_an_old_settled_order_forgets_the_person_and_keeps_its_digest() -> None:
    bridge = a_bridge()
    row = _order(bridge, at=OLD)
    _document(bridge, state="posted")
    mark = row.digest

    retention.sweep(NOW)

    row.refresh_from_db()
    data: Any = row.data
    assert data["customer"]["email"] == ""
    assert data["total"]["amount"] == "16.50"
    assert row.digest == mark
    assert retention.sweep(NOW)[bridge.company_id].persons == 0


@pytest.mark.parametrize("state", ["held", "ready", "sent", "in_doubt", "failed"])
def test_an_order_that_is_not_settled_keeps_all(state: str) -> None:
    bridge = a_bridge()
    row = _order(bridge, at=OLD)
    _document(bridge, state=state)

    retention.sweep(NOW)

    row.refresh_from_db()
    data: Any = row.data
    assert data["customer"]["email"] == "ann@example.com"


def test_the_bytes_of_old_answered_envelopes_go_the_others_stay() -> None:
    bridge = a_bridge()
    answered = _batch(bridge, answered=True)
    _batch(bridge, answered=False)

    retention.sweep(NOW)

    answered.refresh_from_db()
    assert bytes(answered.body) == b""
    assert Batch.objects.exclude(body=b"").count() == 1


def test_an_old_envelope_that_never_left_goes_and_one_of_today_stays() -> None:
    bridge = a_bridge()
    forgotten, todays = (_batch(bridge, answered=False) for _ in range(2))
    Batch.objects.filter(pk=forgotten.pk).update(kind=AHEAD, sent_at=OLD)
    Batch.objects.filter(pk=todays.pk).update(kind=AHEAD, sent_at=NOW)

    swept = retention.sweep(NOW)[bridge.company_id]

    assert swept.envelopes == 1
    assert list(Batch.objects.all()) == [todays]


def test_health_is_good_when_all_is_there() -> None:
    workers.beat("one", now=NOW)

    found = health.look(NOW)

    assert found.is_ok, found
    assert found.as_data()["status"] == "ok"


def test_health_says_that_no_worker_runs() -> None:
    found = health.look(NOW)

    assert not found.is_ok
    assert [c.name for c in found.checks if not c.is_ok] == ["worker"]


def test_health_says_that_everything_is_paused() -> None:
    workers.beat("one", now=NOW)
    Installation.current()
    Installation.objects.update(paused_reason="A backup was put back.")

    assert "A backup was put back." in str(health.look(NOW).as_data())


def test_health_says_that_the_keys_do_not_fit(settings: Settings) -> None:
    workers.beat("one", now=NOW)
    a_connection(secrets={"key": "x"})
    settings.VAULT_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]

    found = health.look(NOW)

    assert [c.name for c in found.checks if not c.is_ok] == ["keys"]


def test_figures_for_prometheus_are_right_and_name_nobody() -> None:
    bridge = a_bridge(a_company("Ann's Shop"))
    shop = bridge.store
    shop.due_at = NOW - timedelta(seconds=30)
    shop.save()
    a_delivery(bridge, state="held")
    a_delivery(bridge, state="posted")
    _exchange(shop.pk, at=NOW, status=500)
    leases.take(shop, "one")
    workers.beat("one", now=NOW - timedelta(seconds=7))

    text = metrics.render(NOW).decode()

    found = {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["stockbridge_documents", ("held",)] == 1
    assert found["stockbridge_documents", ("ready",)] == 0
    lag = found[
        "stockbridge_connection_lag_seconds", tuple(sorted((shop.uid, "woocommerce")))
    ]
    assert lag == 30
    assert found["stockbridge_call_errors_5m", (shop.uid,)] == 1
    assert found["stockbridge_leases_held", ()] == 1
    assert found["stockbridge_worker_seen_seconds", ()] == 7
    assert "Ann" not in text
    assert shop.name not in text


def test_a_support_bundle_holds_what_helps_and_names_nobody() -> None:
    bridge = a_bridge()
    _order(bridge, at=NOW)
    bridge.store.secrets = {"consumer_secret": "cs_0123456789abcdef"}
    bridge.store.last_error = "refused key cs_0123456789abcdef of ann@example.com"
    bridge.store.save()
    _exchange(bridge.store_id, at=NOW, status=401, answer='{"code": "no_key"}')
    LogEntry.objects.create(
        company=bridge.company,
        channel="orders",
        level="info",
        message="Order 727 of Ann Miller, needs SKU-9. (Ben Brook)",
        at=NOW,
    )
    User.objects.create(email="ben@example.com", display_name="Ben Brook")
    Issue.objects.create(
        company=bridge.company,
        fingerprint="f",
        code="customer_ambiguous",
        title="Two customers are called ann miller",
        opened_at=NOW,
        seen_at=NOW,
    )

    parts = _unzipped(support.bundle([bridge.company], now=NOW))

    whole = json.dumps(parts)
    for secret in (
        "cs_0123456789abcdef",
        "ann@example.com",
        "Miller",
        "miller",
        "Brook",
    ):
        assert secret not in whole, secret
    message = parts["log.json"][0]["message"]
    assert message == "Order 727 of (person), needs SKU-9. ((person))"
    assert parts["exchanges.json"][0]["answer"] == '{"code": "no_key"}'
    assert parts["counts.json"][0]["records"] == {"orders": 1}
    assert {c["connector"] for c in parts["connections.json"]} == {
        "woocommerce",
        "embedded",
    }
    assert parts["about.json"]["stockbridge"]


def test_a_support_bundle_holds_only_the_companies_that_were_asked_for() -> None:
    bridge, other = a_bridge(), a_bridge(a_company("Somebody else"))

    parts = _unzipped(support.bundle([bridge.company], now=NOW))

    assert len(parts["connections.json"]) == 2
    assert other.store.uid not in json.dumps(parts)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ann Miller bought", "(person) bought"),
        ("for (ANN MILLER).", "for ((person))."),
        ("Ann Millers bought", "Ann Millers bought"),
        ("Maria del Carmen Ruiz, Ann Miller!", "(person), (person)!"),
        ("Ann bought; Miller sold", "Ann bought; Miller sold"),
        ("", ""),
    ],
)
def test_whole_names_are_masked_and_nothing_else(text: str, clean: str) -> None:
    names = NameFilter(["Ann Miller", "Maria del Carmen Ruiz", "Bob", ""])

    assert names.text(text) == clean


def _order(bridge: Bridge, *, at: datetime) -> Snapshot:
    customer = Customer(email="ann@example.com", first_name="Ann", last_name="Miller")
    data = dumped(ORDER, an_order(external_id="727", customer=customer))
    return Snapshot.objects.create(
        connection=bridge.store,
        feed="orders",
        external_id="727",
        digest=digest(data),
        data=data,
        name="Ann Miller",
        at=at,
        seen_at=at,
    )


def _document(bridge: Bridge, *, state: str) -> None:
    DeliverySource.objects.create(
        delivery=a_delivery(bridge, state=state),
        bridge=bridge,
        kind="order",
        source_id="727",
        order_id="727",
        effect="sale",
        revision="r",
    )


def _batch(bridge: Bridge, *, answered: bool) -> Batch:
    return Batch.objects.create(
        connection=bridge.books,
        fence=1,
        body=b"Ann Miller",
        sent_at=OLD,
        answered_at=OLD if answered else None,
    )


def _exchange(
    connection_id: int,
    *,
    at: datetime,
    status: int = 200,
    answer: str = "",
) -> None:
    ExchangeLog.objects.create(
        connection_id=connection_id,
        at=at,
        method="GET",
        address="https://shop.example.com/orders",
        status=status,
        answer=answer,
    )


def _unzipped(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}
