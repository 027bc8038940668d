"""A look-up finds our document, and only ours: by number, marker, customer, total."""

import copy
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.customers import customer_name
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import Element
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_sale,
    settings_of,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_desk import books_of
from stockbridge.connectors.quickbooks.settings import CUSTOMER_NAMINGS, ITEM_NAMINGS
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerRecord,
    Document,
    DocumentKind,
    ItemChange,
    ItemField,
    ItemRecord,
    PaymentDocument,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.ports import (
    LookUp,
    LookUpOutcome,
    LookUpResult,
    PostOutcome,
    PostRequest,
)


@pytest.fixture
def world() -> World:
    return a_world()


def a_sale_of(world: World) -> SaleDocument:
    return a_sale(a_line(item=world.a_mug()), customer=world.ada())


def posted(world: World) -> PostRequest:
    post = a_post(a_sale_of(world))
    assert world.write(post) is not None
    return post


def changed(world: World, **settings: object) -> World:
    return World(world.company, books_of(world.company, **settings))


def memo_of(world: World) -> Element:
    (record,) = world.company.state.of("SalesReceipt")
    return record.ret.find("Memo")


def test_another_stores_order_of_the_same_number_is_none_of_ours(
    world: World,
) -> None:
    post = posted(world)
    other = a_post(post.document, "sale/other-store/1001/1")

    assert world.look_up(other).outcome is LookUpOutcome.MISSING
    assert world.look_up(post).outcome is LookUpOutcome.FOUND


def test_a_longer_number_does_not_pass_for_a_shorter_one(world: World) -> None:
    post = posted(world)
    assert isinstance(post.document, SaleDocument)
    shorter = a_sale(*post.document.lines, reference="100")

    assert world.look_up(a_post(shorter)).outcome is LookUpOutcome.MISSING


def test_the_same_sale_without_our_sign_is_unclear_never_missing(
    world: World,
) -> None:
    post = posted(world)
    memo_of(world).text = "typed by hand"

    assert world.look_up(post).outcome is LookUpOutcome.UNCLEAR


def test_a_sale_typed_by_hand_for_another_customer_is_not_ours(world: World) -> None:
    post = posted(world)
    memo_of(world).text = "typed by hand"
    (record,) = world.company.state.of("SalesReceipt")
    record.ret.find("CustomerRef/ListID").text = world.bob()

    assert world.look_up(post).outcome is LookUpOutcome.MISSING


def test_our_sale_that_was_moved_to_another_customer_is_unclear(world: World) -> None:
    post = posted(world)
    (record,) = world.company.state.of("SalesReceipt")
    record.ret.find("CustomerRef/ListID").text = world.bob()

    assert world.look_up(post).outcome is LookUpOutcome.UNCLEAR


def test_a_guests_sale_is_ours_whoever_stands_for_guests(world: World) -> None:
    guest = replace(a_sale(a_line(item=world.a_mug())), customer=None)
    post = a_post(guest)
    world.write(post)

    assert world.look_up(post).outcome is LookUpOutcome.FOUND


def test_two_sales_with_one_sign_are_unclear(world: World) -> None:
    post = posted(world)
    (record,) = world.company.state.of("SalesReceipt")
    twin = replace(
        record, id=world.company.state.new_id(), ret=copy.deepcopy(record.ret)
    )
    twin.ret.find("TxnID").text = twin.id
    world.company.state.records[twin.id] = twin

    assert world.look_up(post).outcome is LookUpOutcome.UNCLEAR


def test_a_hand_made_sale_of_that_number_but_another_total_is_not_ours(
    world: World,
) -> None:
    posted(world)
    memo_of(world).text = "typed by hand"
    other = a_sale(a_line(total="10.00", tax="0.80"))

    assert world.look_up(a_post(other)).outcome is LookUpOutcome.MISSING


def test_a_memo_that_only_quotes_our_sign_is_not_ours(world: World) -> None:
    post = posted(world)
    memo_of(world).text = f"as {post.marker}, again"
    (record,) = world.company.state.of("SalesReceipt")
    record.ret.find("TotalAmount").text = "99.00"

    assert world.look_up(post).outcome is LookUpOutcome.MISSING


def test_a_sale_that_somebody_changed_is_found_with_its_present_total(
    world: World,
) -> None:
    post = posted(world)
    (record,) = world.company.state.of("SalesReceipt")
    record.ret.find("TotalAmount").text = "99.00"

    found = world.look_up(post)

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.total == usd("99.00")


def test_a_sale_that_somebody_voided_is_still_found(world: World) -> None:
    post = posted(world)
    (record,) = world.company.state.of("SalesReceipt")
    undo = ReversalDocument(
        BooksRef(f"SalesReceipt:{record.id}"), DocumentKind.SALE, DAY, "by hand"
    )
    world.made(undo, "reversal/1/1")

    found = world.look_up(post)

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.total == usd("0.00")


def test_a_query_that_quickbooks_refuses_is_unclear(world: World) -> None:
    post = posted(world)
    world.company.refuse("SalesReceiptQuery", 3175)

    assert world.look_up(post).outcome is LookUpOutcome.UNCLEAR


def test_customers_are_found_by_what_only_we_wrote(world: World) -> None:
    ours = a_post(CustomerRecord("Ada Example"), "customer/ada/1")
    theirs = a_post(CustomerRecord("Ada Example"), "customer/namesake/1")
    world.write(ours)

    assert world.look_up(ours).outcome is LookUpOutcome.FOUND
    assert world.look_up(theirs).outcome is LookUpOutcome.MISSING


@pytest.mark.parametrize("now", CUSTOMER_NAMINGS)
@pytest.mark.parametrize("then", CUSTOMER_NAMINGS)
@pytest.mark.parametrize("is_taken", [False, True])
def test_a_customer_is_found_whatever_names_new_customers_by_now(
    then: str, now: str, *, is_taken: bool
) -> None:
    record = CustomerRecord(
        "Ada Example", "ada@example.com", first_name="Ada", last_name="Example"
    )
    post = a_post(record, "customer/ada/1")
    world = a_world(customer_naming=then, name_taken="suffix")
    if is_taken:
        name = customer_name(record, post.marker, settings_of(customer_naming=then))
        world.company.add("Vendor", name)
    result = world.write(post)

    found = changed(world, customer_naming=now).look_up(post)

    assert result is not None
    assert found.result is not None
    assert found.result.books_id == result.books_id


@pytest.mark.parametrize("now", ITEM_NAMINGS)
@pytest.mark.parametrize("then", ITEM_NAMINGS)
def test_an_item_is_found_whatever_names_new_items_by_now(then: str, now: str) -> None:
    world = a_world(item_naming=then)
    post = a_post(ItemRecord("Mug", "MUG-1"), "item/mug/1")
    result = world.write(post)

    found = changed(world, item_naming=now).look_up(post)

    assert result is not None
    assert found.result is not None
    assert found.result.books_id == result.books_id


def test_an_answer_to_only_some_of_the_questions_is_unclear(world: World) -> None:
    post = a_post(CustomerRecord("Ada Example"), "customer/ada/1")
    ask = LookUp(post.attempt_id, post)
    body = world.books.translator.encode([ask], batch_id="E" * 23)
    answer = etree.fromstring(world.company.process(body))
    answer[0].remove(answer[0][-1])

    (found,) = world.books.translator.decode([ask], etree.tostring(answer))

    assert isinstance(found, LookUpResult)
    assert found.outcome is LookUpOutcome.UNCLEAR


def test_an_item_that_was_there_before_us_is_unclear(world: World) -> None:
    ours = a_post(ItemRecord("Mug", "MUG-1"), "item/mug/1")
    other = a_post(ItemRecord("Mug", "MUG-1"), "item/other-mug/1")
    world.write(ours)

    assert world.look_up(ours).outcome is LookUpOutcome.FOUND
    assert world.look_up(other).outcome is LookUpOutcome.UNCLEAR


def test_an_update_of_a_price_is_found_once_the_price_is_there(world: World) -> None:
    mug = world.a_mug()
    update = ItemChange(
        BooksRef(mug),
        ItemRecord("Mug", "MUG-1"),
        ItemRecord("Mug", "MUG-1", price=usd("12.50")),
        (ItemField.PRICE,),
        (ItemField.PRICE,),
    )
    post = a_post(update, "item/mug/price/1")

    before = world.look_up(post)
    world.write(post)

    assert before.outcome is LookUpOutcome.MISSING
    assert world.look_up(post).outcome is LookUpOutcome.FOUND


def test_payments_adjustments_and_reversals_are_found() -> None:
    world = a_world(document="invoice")
    mug = world.a_mug()
    sale = a_sale(a_line(item=mug), form=SaleForm.INVOICE, customer=world.ada())
    invoice = BooksRef(world.made(sale, "sale/1/1"))
    documents: dict[str, Document] = {
        "payment/1/1": PaymentDocument(invoice, sale.total, DAY, reference="ch_1"),
        "adjustment/1/1": AdjustmentDocument(
            BooksRef(mug), "main", Decimal(-1), "broken", DAY
        ),
        "cancel/1/1": CancellationDocument(invoice, DAY),
    }

    for key, document in documents.items():
        post = a_post(document, key)
        assert world.look_up(post).outcome is LookUpOutcome.MISSING, key
        result = world.write(post)
        assert result is not None
        assert result.outcome is PostOutcome.POSTED, result.error
        found = world.look_up(post)
        assert found.outcome is LookUpOutcome.FOUND, key
        assert found.result is not None
        assert found.result.books_id == result.books_id
