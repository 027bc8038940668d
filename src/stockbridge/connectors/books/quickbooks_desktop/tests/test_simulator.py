"""The simulated company file is no kinder than QuickBooks."""

from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    Company,
    ProcessFailureError,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_refund,
    a_sale,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_files import (
    faults_of,
    needs_contracts,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerRecord,
    DocumentKind,
    ItemRecord,
    PaymentDocument,
    ReversalDocument,
    SaleForm,
)
from stockbridge.ports import ReadFeed

HEAD = b'<?xml version="1.0"?><?qbxml version="16.0"?>'


def messages(inner: str, on_error: str = "continueOnError") -> bytes:
    body = f'<QBXML><QBXMLMsgsRq onError="{on_error}">{inner}</QBXMLMsgsRq></QBXML>'
    return HEAD + body.encode()


class Listening(Company):
    """Remembers what it answered."""

    def __init__(self, company: Company) -> None:
        self.__dict__.update(company.__dict__)
        self.answers: list[bytes] = []

    def process(self, request: bytes) -> bytes:
        answer = super().process(request)
        self.answers.append(answer)
        return answer


def a_day_of(world: World) -> None:
    """Do everything once that a shop does."""
    mug, ada = world.a_mug(), world.ada()
    line = a_line(item=mug)
    sale = world.made(a_sale(line, customer=ada), "sale/1")
    back = world.made(a_refund(sale, line, restocked=(("11", Decimal(1)),)), "refund/1")
    world.made(ReversalDocument(BooksRef(back), DocumentKind.REFUND, DAY, ""), "r/1")
    bill = world.made(a_sale(line, form=SaleForm.INVOICE, customer=ada), "sale/2")
    payment = PaymentDocument(BooksRef(bill), a_sale(line).total, DAY)
    paid = world.made(payment, "payment/1")
    undo = ReversalDocument(BooksRef(paid), DocumentKind.PAYMENT, DAY, "")
    order = world.made(a_sale(line, form=SaleForm.SALES_ORDER, customer=ada), "sale/3")
    world.made(CancellationDocument(BooksRef(order), DAY), "cancel/1")
    world.made(undo, "r/2")
    broken = AdjustmentDocument(BooksRef(mug), "main", Decimal(-1), "broken", DAY)
    world.made(broken, "adjustment/1")
    world.made(ItemRecord("Advice", is_tracked=False), "item/advice/1")
    bob = world.made(CustomerRecord("Bob Example"), "customer/bob/1")
    world.made(ReversalDocument(BooksRef(bob), DocumentKind.CUSTOMER, DAY, ""), "r/3")
    world.write(a_post(CustomerRecord("Ada Example"), "customer/namesake/1"))
    world.books.check()
    for feed in ReadFeed:
        world.books.read(feed, "", limit=3)


@needs_contracts
def test_all_that_it_answers_is_valid_by_intuits_schema() -> None:
    world = a_world()
    world.company = listening = Listening(world.company)
    world.books.process = listening.process

    a_day_of(world)

    faults = {fault for answer in listening.answers for fault in faults_of(answer)}
    assert len(listening.answers) > 20
    assert not faults


@needs_contracts
def test_elements_in_the_wrong_order_are_refused_without_a_detail() -> None:
    wrong = (
        "<CustomerAddRq><CustomerAdd><Phone>1</Phone><Name>A</Name></CustomerAdd>"
        "</CustomerAddRq>"
    )

    with pytest.raises(ProcessFailureError) as caught:
        a_world().company.process(messages(wrong))

    assert caught.value.hresult == "0x80040400"


def test_after_an_error_that_stops_the_rest_is_not_processed() -> None:
    add = (
        "<CustomerAddRq requestID='{0}'><CustomerAdd><Name>{1}</Name></CustomerAdd>"
        "</CustomerAddRq>"
    )
    inner = add.format(1, "Ada") + add.format(2, "Ada") + add.format(3, "Bob")
    company = a_world().company

    answer = company.process(messages(inner, on_error="stopOnError")).decode()

    assert answer.count('statusCode="0"') == 1
    assert answer.count('statusCode="3100"') == 1
    assert answer.count('statusCode="3231"') == 1
    assert company.state.named(("Customer",), "Bob") is None


def test_an_iterator_of_another_session_is_not_valid() -> None:
    world = a_world()
    page = world.books.read(ReadFeed.CUSTOMERS, "", limit=1)
    assert page.is_last  # one customer: its iterator is used up
    world.ada()
    begun = world.books.read(ReadFeed.CUSTOMERS, "", limit=1)
    world.company.begin_session()

    name = begun.cursor.split('"iterator": "')[1].split('"')[0]
    query = (
        f'<CustomerQueryRq iterator="Continue" iteratorID="{name}">'
        "<MaxReturned>1</MaxReturned></CustomerQueryRq>"
    )

    assert b'statusCode="3391"' in world.company.process(messages(query))


def test_a_slow_quickbooks_takes_its_time_per_entry_and_document() -> None:
    world = a_world()
    mug, ada = world.a_mug(), world.ada()
    world.company.entry_s, world.company.document_s = 0.3, 0.5
    began = world.company.clock.now()

    world.made(a_sale(a_line(item=mug), customer=ada), "sale/1")
    world.made(CustomerRecord("Bob Example"), "customer/bob/1")

    assert (world.company.clock.now() - began).total_seconds() == 0.8


def test_a_message_set_id_that_is_too_long_is_refused_and_nothing_is_done() -> None:
    body = (
        f'<QBXML><QBXMLMsgsRq onError="continueOnError" newMessageSetID="{"B" * 24}">'
        "<CustomerAddRq><CustomerAdd><Name>Ada</Name></CustomerAdd></CustomerAddRq>"
        "</QBXMLMsgsRq></QBXML>"
    )
    company = a_world().company

    answer = company.process(HEAD + body.encode())

    assert b'messageSetStatusCode="9004"' in answer
    assert company.state.named(("Customer",), "Ada") is None
