"""A person sees all that is kept, and is forgotten everywhere; documents stay."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from pytest_django import Settings

from stockbridge.backoffice.models import Partner
from stockbridge.companies.models import Company
from stockbridge.domain.commerce import Address, Customer, Order, Shipment
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.tests.builders import an_order
from stockbridge.engine import privacy, suppression
from stockbridge.engine.codec import CUSTOMER, ORDER, digest, dumped
from stockbridge.engine.fetch import STORE_ORDERS, keep
from stockbridge.engine.models import (
    Batch,
    Bridge,
    Delivery,
    DeliverySource,
    ExchangeLog,
    Issue,
    LogEntry,
    Snapshot,
)
from stockbridge.engine.session import Session
from stockbridge.engine.tests.rows import NOW, a_bridge, a_delivery

pytestmark = pytest.mark.django_db
ANN = "ann.miller@example.com"
_ADDRESS = TypeAdapter(Address)
HOME = Address(
    first_name="Ann",
    last_name="Müller-Miller",
    line1="12 Garden Lane",
    city="Springfield",
    state="IL",
    postcode="62701",
    country="US",
    phone="+1 555 0100",
)
WORDS = (
    *("ann.miller", "Müller-Miller", "M\\u00fcller", "Garden Lane", "555 0100"),
    *("with love", "1Z999AA10123456784"),
)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def bridge() -> Bridge:
    return a_bridge()


def test_a_person_sees_all_that_is_kept(bridge: Bridge) -> None:
    _everything_about_ann(bridge)

    found = privacy.export_person(bridge.company, "  Ann.Miller@Example.com ")

    assert len(found["orders"]) == 1
    assert len(found["customers"]) == 1
    assert len(found["documents"]) == 2
    assert len(found["exchanges"]) == 1
    assert "Müller-Miller" in found["log"][0]["message"]
    assert len(found["back_office"]["partners"]) == 1


def test_another_companys_person_is_not_seen(bridge: Bridge) -> None:
    _everything_about_ann(bridge)

    found = privacy.export_person(a_bridge().company, ANN)

    assert not any(found[name] for name in ("orders", "customers", "documents", "log"))


def test_an_erased_person_is_found_nowhere(bridge: Bridge) -> None:
    _everything_about_ann(bridge)

    report = privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")

    assert (report.orders, report.customers, report.documents) == (1, 1, 2)
    assert report.back_office == 1
    everything = _all_rows()
    for word in WORDS:
        assert word not in everything, word


def test_accounting_documents_stay_to_the_cent(bridge: Bridge) -> None:
    _everything_about_ann(bridge)
    money = Delivery.objects.order_by("id").values_list("total", "books_number")
    before = list(money)
    order = ORDER.validate_python(Snapshot.objects.get(feed="orders").data)

    privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")

    after = ORDER.validate_python(Snapshot.objects.get(feed="orders").data)
    assert list(money.all()) == before
    assert (after.total, after.lines, after.tax_lines) == (
        order.total,
        order.lines,
        order.tax_lines,
    )
    assert after.customer.billing == Address(state="IL", country="US")


def test_other_people_are_left_alone(bridge: Bridge) -> None:
    _everything_about_ann(bridge)
    other = _keep_order(bridge, _order("900", email="bob@example.com"))

    privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")

    other.refresh_from_db()
    assert _data(other)["customer"]["email"] == "bob@example.com"


def test_fetching_the_same_order_again_brings_nobody_back(bridge: Bridge) -> None:
    row = _keep_order(bridge, _order("727"))
    privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")

    changed = keep(_session(bridge), STORE_ORDERS, [_order("727")])

    row.refresh_from_db()
    assert changed == []
    assert _data(row)["customer"]["email"] == ""


def test_an_old_order_that_changes_comes_back_without_the_person(
    bridge: Bridge,
) -> None:
    row = _keep_order(bridge, _order("727"))
    privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")

    keep(_session(bridge), STORE_ORDERS, [_order("727", note="changed", total="9.99")])

    row.refresh_from_db()
    assert _data(row)["total"]["amount"] == "9.99"
    assert _data(row)["customer"]["email"] == row.name == _data(row)["note"] == ""


def test_what_a_person_buys_after_the_erasure_is_a_new_beginning(
    bridge: Bridge,
) -> None:
    privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")
    later = replace(_order("800"), placed_at=NOW + timedelta(days=1))

    keep(_session(bridge), STORE_ORDERS, [later])

    assert _data(Snapshot.objects.get())["customer"]["email"] == ANN


def test_a_person_who_came_back_by_a_restore_is_erased_again(bridge: Bridge) -> None:
    privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")
    _everything_about_ann(bridge)

    count = privacy.erase_again(now=NOW + timedelta(hours=1))

    assert count == 1
    assert ANN not in _all_rows()
    assert privacy.erase_again(now=NOW + timedelta(hours=2)) == 0


def test_a_document_on_its_way_keeps_its_bytes_until_it_is_settled(
    bridge: Bridge,
) -> None:
    _everything_about_ann(bridge)
    Delivery.objects.filter(kind="sale").update(state="sent")

    report = privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")

    assert report.waiting == 1
    assert _street_of_the_sale() == "12 Garden Lane"
    Delivery.objects.filter(kind="sale").update(state="posted")
    privacy.erase_again(now=NOW)
    assert _street_of_the_sale() == ""


def test_who_was_erased_is_remembered_but_not_readable(
    bridge: Bridge, settings: Settings
) -> None:
    privacy.erase_person(bridge.company, ANN, now=NOW, by="owner")

    assert suppression.is_erased(bridge.company, " ANN.Miller@example.com")
    assert not suppression.is_erased(bridge.company, "bob@example.com")
    assert not suppression.is_erased(a_bridge().company, ANN)
    assert "ann" not in suppression.path().read_text()


def test_what_is_no_address_is_refused(bridge: Bridge) -> None:
    with pytest.raises(InvalidInputError) as error:
        privacy.erase_person(bridge.company, "Ann", now=NOW, by="owner")

    assert error.value.field == "email"


def _street_of_the_sale() -> str:
    document: Any = Delivery.objects.get(kind="sale").document
    return str(document["shipping_address"]["line1"])


def _data(row: Snapshot) -> dict[str, Any]:
    assert isinstance(row.data, dict)
    return row.data


def _everything_about_ann(bridge: Bridge) -> None:
    company = bridge.company
    order = _order("727")
    _keep_order(bridge, order)
    _keep_customer(bridge)
    batch = Batch.objects.create(
        connection=bridge.books,
        fence=1,
        body=b'{"document": "Ann M\xc3\xbcller-Miller, 12 Garden Lane"}',
        sent_at=NOW,
        answered_at=NOW,
    )
    sale = a_delivery(
        bridge,
        state="posted",
        batch=batch,
        total="16.50",
        books_number="CO-1",
        document={
            "shipping_address": dumped(_ADDRESS, HOME),
            "order_fields": [["gift_message", "For Ann, with love"]],
            "reference": "727",
        },
    )
    DeliverySource.objects.create(
        delivery=sale,
        bridge=bridge,
        kind="order",
        source_id="727",
        order_id="727",
        effect="sale",
        revision="r",
    )
    a_delivery(
        bridge,
        kind="customer",
        state="posted",
        title="Ann Müller-Miller",
        document={"name": "Ann Müller-Miller", "email": ANN, "phone": "+1 555 0100"},
    )
    _traces_of_ann(bridge, company)


def _traces_of_ann(bridge: Bridge, company: Company) -> None:
    ExchangeLog.objects.create(
        connection=bridge.store,
        at=NOW,
        method="GET",
        address="https://shop.example.com/wp-json/wc/v3/orders/727",
        answer="an order of Garden Lane",
    )
    LogEntry.objects.create(
        company=company,
        channel="orders",
        level="info",
        message="Order 727 of Ann Müller-Miller was imported.",
        at=NOW,
    )
    Issue.objects.create(
        company=company,
        fingerprint="f",
        code="x",
        title="Ann Müller-Miller is ambiguous",
        details={"email": ANN, "names": ["Ann Müller-Miller"]},
        opened_at=NOW,
        seen_at=NOW,
    )
    Partner.objects.create(
        company=company,
        number=f"P{company.pk}",
        name="Ann Müller-Miller",
        first_name="Ann",
        last_name="Müller-Miller",
        email=ANN,
        email_key=ANN,
        phone="+1 555 0100",
        billing=dumped(_ADDRESS, HOME),
        created_at=NOW,
        changed_at=NOW,
    )


def _order(number: str, *, email: str = ANN, **fields: Any) -> Order:
    order = an_order(external_id=number, number=number, **fields)
    customer = Customer(
        external_id="12",
        email=email,
        first_name="Ann",
        last_name="Müller-Miller",
        billing=HOME,
    )
    early = NOW - timedelta(days=3)
    typed = (("gift_message", "For Ann, with love"),)
    parcel = Shipment("F1", early, (), carrier="UPS", tracking="1Z999AA10123456784")
    order = replace(order, customer=customer, meta=typed, shipments=(parcel,))
    return replace(order, shipping_address=HOME, placed_at=early)


def _keep_order(bridge: Bridge, order: Order) -> Snapshot:
    keep(_session(bridge), STORE_ORDERS, [order])
    return Snapshot.objects.get(feed="orders", external_id=order.external_id)


def _keep_customer(bridge: Bridge) -> None:
    customer = Customer(external_id="12", email=ANN, last_name="Müller-Miller")
    data = dumped(CUSTOMER, customer)
    Snapshot.objects.create(
        connection=bridge.store,
        feed="customers",
        external_id="12",
        digest=digest(data),
        data=data,
        key=ANN,
        match_key=ANN,
        name="Müller-Miller",
        seen_at=NOW,
    )


def _session(bridge: Bridge) -> Session:

    return Session(
        connection=bridge.store,
        fence=1,
        fenced=nullcontext,
        now=lambda: NOW,
        is_over=lambda: False,
    )


def _all_rows() -> str:
    """Return all that is kept, as text, except whose erasure is remembered."""
    found = []
    models = (Snapshot, Delivery, ExchangeLog, LogEntry, Issue, Partner)
    for model in models:
        found += [str(row) for row in model._default_manager.values()]
    found += [bytes(batch.body).decode() for batch in Batch.objects.all()]
    return "\n".join(found)
