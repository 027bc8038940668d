"""Every request that we can build is one that Intuit's schema accepts.

Order, occurrence and patterns by the XSD; lengths, and what is not in QuickBooks
Desktop, by Intuit's field table.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.any_documents import (
    BASIS,
    DOCUMENTS,
    NOW,
    SETTINGS,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_sale,
    settings_of,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_files import (
    faults_of,
    faults_of_request,
    needs_contracts,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import (
    QuickBooksDesktopTranslator,
)
from stockbridge.domain.accounting import (
    BooksRef,
    Document,
    PaymentDocument,
    RefundDocument,
    SaleForm,
)
from stockbridge.domain.errors import ActionNeededError, DefectError
from stockbridge.domain.money import Money
from stockbridge.ports import (
    CheckCompany,
    DeskRequest,
    LookUp,
    Prepare,
    Read,
    ReadFeed,
    Recover,
    Release,
    Write,
)


def envelope_of(
    requests: Sequence[DeskRequest], given: QuickBooksDesktopSettings
) -> bytes:
    translator = QuickBooksDesktopTranslator(given, {})
    return translator.encode(requests, batch_id="B" * 23)


@needs_contracts
@settings(max_examples=400)
@given(document=DOCUMENTS, given=SETTINGS)
def test_a_write_of_anything_is_what_desktop_takes(
    document: Document, given: QuickBooksDesktopSettings
) -> None:
    translator = QuickBooksDesktopTranslator(given, {})
    post = a_post(document)
    try:
        translator.check_document(post)
    except ActionNeededError:
        return
    basis = BASIS.dumped() if translator.needs_preparation(post) else ""

    try:
        body = envelope_of([Write(post.attempt_id, post, basis)], given)
    except ActionNeededError:  # the trial basis knows more lines than the real one
        assert isinstance(document, RefundDocument)
        return

    assert not faults_of_request(body)


@needs_contracts
@settings(max_examples=200)
@given(document=DOCUMENTS, given=SETTINGS)
def test_every_look_up_and_preparation_validates(
    document: Document, given: QuickBooksDesktopSettings
) -> None:
    translator = QuickBooksDesktopTranslator(given, {})
    post = a_post(document)
    try:
        translator.check_document(post)
    except ActionNeededError:
        return

    asked = envelope_of([LookUp("look-1", post, NOW)], given)
    faults = faults_of_request(asked)
    if translator.needs_preparation(post):
        faults += faults_of_request(envelope_of([Prepare("prep-1", post)], given))

    assert not faults


CURSORS = [
    (ReadFeed.ITEMS, ""),
    (ReadFeed.ITEMS, '{"iterator": "{11111111-2222-3333-4444-555555555555}"}'),
    (ReadFeed.ITEMS, '{"phase": 1}'),
    (ReadFeed.ITEMS, '{"since": "2026-11-20T10:00:00-05:00"}'),
    (ReadFeed.CUSTOMERS, '{"since": "2026-11-20T10:00:00-05:00"}'),
    (ReadFeed.DOCUMENTS, ""),
    (ReadFeed.DOCUMENTS, "2026-11-01/2026-11-30"),
    (ReadFeed.DOCUMENTS, '{"days": "2026-11-01/2026-11-30", "phase": 1}'),
    (ReadFeed.DOCUMENTS, '{"days": "2026-11-01/2026-11-30", "phase": 3}'),
    (ReadFeed.SETUP, ""),
]


@needs_contracts
@pytest.mark.parametrize(("feed", "cursor"), CURSORS)
def test_every_page_that_is_asked_for_validates(feed: ReadFeed, cursor: str) -> None:
    given = settings_of(uses_sites=True, document="sales_order")

    body = envelope_of([Read("read-1", feed, cursor, 500, NOW)], given)

    assert not faults_of_request(body)


@needs_contracts
@pytest.mark.parametrize("document", ["sales_receipt", "sales_order"])
def test_asking_what_was_deleted_validates(document: str) -> None:
    given = settings_of(document=document)
    phase = 4 if document == "sales_order" else 3

    body = envelope_of(
        [Read("r", ReadFeed.DOCUMENTS, f'{{"phase": {phase}}}', 500, NOW)], given
    )

    assert b"<TxnDelType>CreditMemo</TxnDelType>" in body
    assert not faults_of_request(body)


@needs_contracts
@pytest.mark.parametrize("phase", [1, 2])
def test_asking_for_quantities_only_validates(phase: int) -> None:
    cursor = f'{{"phase": {phase}, "since": "2026-11-20T10:00:00-05:00"}}'

    body = envelope_of([Read("r", ReadFeed.ITEMS, cursor, 500, NOW)], settings_of())

    assert b"IncludeRetElement" in body
    assert not faults_of_request(body)


@needs_contracts
@pytest.mark.parametrize(
    "asked", [CheckCompany("c"), Recover("r", "B" * 23), Release("r", "B" * 23)]
)
def test_checks_and_recoveries_validate(asked: DeskRequest) -> None:
    assert not faults_of_request(envelope_of([asked], settings_of()))


@pytest.mark.parametrize("name", ["xsd130", "xsd160"])
@needs_contracts
def test_a_sales_order_has_its_channel_only_where_the_schema_knows_it(
    name: str,
) -> None:
    version = {"xsd130": "13.0", "xsd160": "16.0"}[name]
    given = settings_of(document="sales_order", qbxml_version=version)
    post = a_post(a_sale(form=SaleForm.SALES_ORDER))

    body = envelope_of([Write(post.attempt_id, post)], given)

    assert (b"SOChannel" in body) is (name == "xsd160")
    assert not faults_of(body, name.removeprefix("xsd"))


def test_write_sets_carry_the_batch_id_and_hold_no_queries() -> None:
    post = a_post(a_sale())

    body = envelope_of([Write(post.attempt_id, post)], settings_of())

    messages = etree.fromstring(body)[0]
    assert messages.get("newMessageSetID") == "B" * 23
    assert messages.get("oldMessageSetID") is None
    assert not [one for one in messages if "Query" in one.tag]


def test_a_mixture_is_refused_as_a_defect() -> None:
    post = a_post(a_sale())
    mixed: list[DeskRequest] = [Write("w", post), CheckCompany("c")]

    with pytest.raises(DefectError, match="exactly one kind"):
        envelope_of(mixed, settings_of())


@pytest.mark.parametrize("batch_id", ["", "B" * 24])
def test_a_batch_id_that_cannot_name_a_message_set_is_refused(batch_id: str) -> None:
    post = a_post(a_sale())
    translator = QuickBooksDesktopTranslator(settings_of(), {})

    with pytest.raises(DefectError, match="cannot name a message set"):
        translator.encode([Write(post.attempt_id, post)], batch_id=batch_id)


def test_a_reference_too_long_is_held_at_its_field() -> None:
    translator = QuickBooksDesktopTranslator(settings_of(), {})
    post = a_post(a_sale(reference="WEB-12345678"))

    with pytest.raises(ActionNeededError, match="11 characters at most"):
        translator.check_document(post)


def test_an_order_in_another_currency_is_held() -> None:
    translator = QuickBooksDesktopTranslator(settings_of(), {})
    euro = Money(Decimal("10.00"), "EUR")
    payment = PaymentDocument(BooksRef("Invoice:1-1"), euro, DAY)

    with pytest.raises(ActionNeededError, match="keeps USD, not EUR"):
        translator.check_document(a_post(payment))


def test_lines_that_miss_the_total_by_a_cent_are_held() -> None:
    translator = QuickBooksDesktopTranslator(settings_of(), {})
    off = replace(a_sale(a_line()), total=usd("21.61"))

    with pytest.raises(ActionNeededError, match=r"are not 21\.61"):
        translator.check_document(a_post(off))
