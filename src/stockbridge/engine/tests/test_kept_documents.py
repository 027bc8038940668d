"""Documents as they are kept: an upgrade changes nothing shown or planned before it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    Document,
    DocumentKind,
    FulfillmentDocument,
    ItemRecord,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.identity import digest_of
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.tests.builders import TODAY, a_request, a_store_item, an_order
from stockbridge.engine.codec import (
    ORDER,
    STORE_ITEM,
    digest,
    dump_document,
    dumped,
    load_document,
)

LATER: dict[str, Any] = {
    "tax_code": "20",
    "department_id": "3",
    "terms_id": "5",
    "order_fields": (("_po_number", "PO-7"),),
}


def a_sale() -> SaleDocument:
    """Return the sale of the default order."""
    plan = plan_order(a_request(an_order()))
    (sale,) = (p.document for p in plan.planned if p.effect == "sale")
    assert isinstance(sale, SaleDocument)
    return sale


def test_a_sale_is_kept_as_before_rules_could_choose_its_tax_code() -> None:
    data = dump_document(DocumentKind.SALE, a_sale())

    # Taken from the revision before; the approval of a preview names it.
    assert digest_of(data) == "dcd2651445e0dbaf00cc5569a374f50f"
    assert load_document("sale", data) == a_sale()


@pytest.mark.parametrize("name", LATER)
def test_what_a_rule_chose_is_kept(name: str) -> None:
    sale = replace(a_sale(), **{name: LATER[name]})

    data = dump_document(DocumentKind.SALE, sale)

    assert load_document("sale", data) == sale


def test_what_was_kept_before_says_nothing_of_it_within_other_documents_either() -> (
    None
):
    plain, chosen = a_sale(), replace(a_sale(), **LATER)
    of = BooksRef(books_id="S1")
    documents: dict[DocumentKind, tuple[Document, Document]] = {
        DocumentKind.AMENDMENT: (
            AmendmentDocument(of, plain, before=plain),
            AmendmentDocument(of, chosen, before=chosen),
        ),
        DocumentKind.FULFILLMENT: (
            FulfillmentDocument(of, TODAY, billed=plain),
            FulfillmentDocument(of, TODAY, billed=chosen),
        ),
    }

    for kind, (old, new) in documents.items():
        text = str(dump_document(kind, old))
        assert not any(name in text for name in LATER)
        assert load_document(kind.value, dump_document(kind, new)) == new


def test_what_is_handed_over_whole_says_nothing_of_parts() -> None:
    of = BooksRef(books_id="S1")

    filled = dump_document(DocumentKind.FULFILLMENT, FulfillmentDocument(of, TODAY))
    ended = dump_document(DocumentKind.CANCELLATION, CancellationDocument(of, TODAY))

    assert not {"whole", "gone"} & set(filled)
    assert "is_rest" not in ended


def test_a_refund_says_nothing_of_it_either() -> None:
    sale = a_sale()
    refund = RefundDocument(
        sale=BooksRef(books_id="S1"),
        reference="1042",
        business_date=TODAY,
        lines=sale.lines,
        taxes=sale.taxes,
        total=sale.total,
        total_tax=sale.total_tax,
    )

    text = str(dump_document(DocumentKind.REFUND, refund))

    assert not any(name in text for name in LATER)


def test_an_item_that_was_kept_with_the_id_that_nobody_used_is_still_read() -> None:
    record = ItemRecord("Mug", sku="MUG")
    kept = {**dump_document(DocumentKind.ITEM, record), "books_id": ""}

    assert load_document("item", kept) == record


def test_when_it_was_created_is_no_part_of_what_a_record_is() -> None:
    told = replace(a_store_item(), created_at=datetime(2026, 3, 1, tzinfo=UTC))
    old = {k: v for k, v in dumped(STORE_ITEM, told).items() if k != "created_at"}
    assert digest(dumped(STORE_ITEM, told)) == digest(old)

    order = dumped(ORDER, an_order())
    before = {**order, "customer": dict(order["customer"])}
    del before["customer"]["created_at"]
    unsaid = ("changed_at", "mark", "shipments")
    assert digest(order) == digest_of(
        {k: v for k, v in before.items() if k not in unsaid}
    )
