"""What we write is valid, what was captured is read, and the simulator is like it."""

import itertools
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.envelopes import responses
from stockbridge.connectors.books.quickbooks_pos.items import item_of, levels_of
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    NOON,
    Counter,
    a_line,
    a_refund,
    a_request,
    a_sale,
    money,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    settings as pos_settings,
)
from stockbridge.connectors.books.quickbooks_pos.tests.contract_files import (
    captured,
    derived_schema,
    errors_in,
    needs_contracts,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    Document,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    ItemField,
    ItemRecord,
    ReversalDocument,
    SaleForm,
)
from stockbridge.domain.commerce import Address, LineKind
from stockbridge.domain.errors import ActionNeededError
from stockbridge.ports import (
    CheckCompany,
    DeskRequest,
    LookUp,
    Prepare,
    Read,
    ReadFeed,
    Write,
)
from stockbridge.ports.desk import PageRead

pytestmark = needs_contracts

KEYS = itertools.count(1)
TEXT = st.text(max_size=300)
CENTS = st.integers(0, 99_999_999).map(lambda n: f"{Decimal(n) / 100:.2f}")
QUANTITY = st.integers(1, 9_999).map(Decimal)
ADDRESSES = st.builds(Address, *[TEXT] * 10)
IDS = st.integers(-(2**63), 2**63 - 1).map(str)
CHANGE = json.dumps(
    {
        "write": list(CustomerField),
        "others": [[["AddressName", "Office"], ["City", "Springfield"]]],
    }
)
BASIS = '{"on_hand": "4.00", "store": "1"}'


@st.composite
def sale_documents(draw: st.DrawFn) -> Document:
    lines = [
        a_line(
            draw(IDS) if kind is LineKind.ITEM else "",
            kind=kind,
            source_id=str(place),
            name=draw(TEXT),
            total=draw(CENTS),
            tax=draw(CENTS),
            units=draw(QUANTITY),
        )
        for place, kind in enumerate(
            draw(
                st.lists(
                    st.sampled_from([LineKind.ITEM, LineKind.FEE, LineKind.SHIPPING]),
                    min_size=1,
                    max_size=4,
                )
            )
        )
    ]
    if draw(st.booleans()):
        restocked = tuple((li.source_id, li.units) for li in lines if li.item)
        return a_refund(draw(IDS), *lines, restocked=restocked, reason=draw(TEXT))
    sale = a_sale(
        *lines,
        reference=draw(st.text(max_size=60)),
        memo=draw(TEXT),
        payment_title=draw(TEXT),
        shipping_address=draw(ADDRESSES),
        customer=BooksRef(draw(IDS)),
        form=draw(st.sampled_from([SaleForm.SALES_RECEIPT, SaleForm.SALES_ORDER])),
        account_id=draw(st.sampled_from(["", "cash", "credit_card:Ünlü Card € 東京"])),
    )
    if draw(st.booleans()):
        order = BooksRef(f"order:{draw(IDS)}")
        return FulfillmentDocument(order, DAY, memo=draw(TEXT), billed=sale)
    return sale


def records() -> st.SearchStrategy[Document]:
    customers = st.builds(
        CustomerRecord, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, ADDRESSES, ADDRESSES
    )
    changes = st.builds(
        CustomerChange,
        IDS.map(BooksRef),
        customers,
        customers,
        st.sets(st.sampled_from(CustomerField)).map(lambda found: tuple(found)),
    )
    items = st.builds(
        ItemRecord,
        name=TEXT,
        sku=st.text(alphabet="ABCéü-/ &<>", min_size=1, max_size=20),
        upc=st.text(max_size=30),
        description=TEXT,
        price=CENTS.map(money),
        attribute=TEXT,
        size=TEXT,
        is_tracked=st.booleans(),
        is_sold_online=st.booleans(),
        initial_quantity=st.none() | QUANTITY,
        location_id=st.sampled_from(["", "1", "20"]),
    )
    item_changes = st.builds(
        ItemChange,
        IDS.map(BooksRef),
        items,
        items,
        st.sets(st.sampled_from(ItemField)).map(lambda found: tuple(found)),
    )
    adjustments = st.builds(
        AdjustmentDocument,
        IDS.map(BooksRef),
        st.just("1"),
        st.integers(-9999, 9999).map(Decimal),
        TEXT,
        st.just(DAY),
    )
    reversals = st.builds(
        ReversalDocument,
        (IDS | IDS.map("order:{}".format)).map(BooksRef),
        st.sampled_from(
            [
                DocumentKind.SALE,
                DocumentKind.FULFILLMENT,
                DocumentKind.REFUND,
                DocumentKind.CUSTOMER,
                DocumentKind.ITEM,
            ]
        ),
        st.just(DAY),
        TEXT,
    )
    return st.one_of(customers, changes, items, item_changes, adjustments, reversals)


COUNTER = Counter()


@settings(max_examples=250)
@given(document=sale_documents() | records())
def test_every_write_and_look_up_that_can_be_built_is_valid(
    document: Document,
) -> None:
    request = a_request(document, f"key/{next(KEYS)}/1")
    translator = COUNTER.translator
    try:
        translator.check_document(request)
    except ActionNeededError:
        return
    basis = CHANGE if isinstance(document, CustomerChange) else BASIS
    if isinstance(document, ItemChange):
        basis = json.dumps({"write": document.fields})
    asked: list[DeskRequest] = [Write("a", request, basis), LookUp("b", request, NOON)]
    if translator.needs_preparation(request):
        asked.append(Prepare("c", request))

    for one in asked:
        assert errors_in(translator.encode([one], batch_id="b")) == []


@pytest.mark.parametrize(
    "read",
    [
        Read("r", ReadFeed.ITEMS, "", 500, NOON),
        Read("r", ReadFeed.ITEMS, '{"since": "2026-01-05T12:00:00+00:00"}', 5, NOON),
        Read("r", ReadFeed.CUSTOMERS, '{"iterator": "{A}"}', 500, NOON),
        Read("r", ReadFeed.DOCUMENTS, "2026-01-01..2026-01-31", 500, NOON),
        Read(
            "r",
            ReadFeed.DOCUMENTS,
            '{"days": ["2026-01-01", "2026-01-31"], "part": "orders"}',
            500,
            NOON,
        ),
        Read("r", ReadFeed.DOCUMENTS, "", 500, NOON),
        Read(
            "r",
            ReadFeed.DOCUMENTS,
            '{"since": "2026-01-05T12:00:00+00:00", "part": "orders"}',
            500,
            NOON,
        ),
        Read("r", ReadFeed.DOCUMENTS, '{"part": "deleted"}', 500, NOON),
        Read(
            "r",
            ReadFeed.DOCUMENTS,
            '{"since": "2026-01-05T12:00:00+00:00", "part": "deleted"}',
            500,
            NOON,
        ),
        Read("r", ReadFeed.SETUP, "", 500, NOON),
        CheckCompany("c"),
    ],
    ids=str,
)
def test_every_read_that_can_be_built_is_valid(read: DeskRequest) -> None:
    assert errors_in(COUNTER.translator.encode([read], batch_id="b")) == []


@pytest.mark.parametrize("name", ["ItemInventoryQueryRs-1", "ItemInventoryQueryRs-2"])
def test_captured_items_are_read_with_their_stock(name: str) -> None:
    answer = captured(name).replace(
        b"<ItemInventoryQueryRs ", b'<ItemInventoryQueryRs requestID="r" '
    )
    rows = responses(answer)["r"].rows("ItemInventoryRet")

    found = {row.findtext("ListID"): item_of(row, pos_settings()) for row in rows}
    tub = found["-9219886962259885823"]

    assert len(found) == 4
    assert (tub.sku, tub.name, tub.attribute) == ("2238-White", "Puj Tub", "White")
    assert (tub.price, tub.cost) == (money("39.99"), money("24.39"))
    assert tub.lookup_codes[-1] == "3188"
    assert not tub.is_sold_online
    levels = [level for row in rows for level in levels_of(row, pos_settings(), NOON)]
    tubs = {
        li.location_id: li.on_hand for li in levels if li.item_id == tub.external_id
    }
    assert tubs == {"1": Decimal(0), "2": Decimal(4)}


@pytest.mark.parametrize("name", ["ItemInventoryQueryRs-1", "ItemInventoryQueryRs-2"])
def test_captured_items_are_read_with_all_their_prices_and_keywords(name: str) -> None:
    answer = captured(name).replace(
        b"<ItemInventoryQueryRs ", b'<ItemInventoryQueryRs requestID="r" '
    )
    rows = responses(answer)["r"].rows("ItemInventoryRet")

    found = {row.findtext("ListID"): item_of(row, pos_settings()) for row in rows}
    tub = found["-9219886962259885823"]

    assert dict(tub.extras)["keywords"] == "Puj, Tub"
    assert tub.price_named("2") == tub.price_named("web") == money("39.99")
    assert tub.price_named("msrp") == money("0.00")  # nobody filled it in
    assert tub.price_named("") == tub.price


def test_captured_departments_are_read() -> None:
    answer = captured("DepartmentQueryRs").replace(
        b"<DepartmentQueryRs ", b'<DepartmentQueryRs requestID="r" '
    )

    rows = responses(answer)["r"].rows("DepartmentRet")

    names = {
        row.findtext("DepartmentCode"): row.findtext("DepartmentName") for row in rows
    }
    assert names["AAH"] == "Apparel Accessories Hair"


def test_a_page_of_captured_items_is_decoded_whole() -> None:
    answer = captured("ItemInventoryQueryRs-1").replace(
        b"<ItemInventoryQueryRs ", b'<ItemInventoryQueryRs requestID="r" '
    )
    read = Read("r", ReadFeed.ITEMS, "", 100, NOON)

    (page,) = COUNTER.translator.decode([read], answer)

    assert isinstance(page, PageRead)
    assert len(page.items) == 4
    assert page.unreadable == ()
    assert page.is_last


def test_the_simulator_answers_as_the_schema_and_the_captures_say() -> None:
    counter = Counter()
    mug = counter.item()
    sold = counter.write(a_sale(a_line(mug, tax="0.80"), memo="Zoë"))
    counter.write(CustomerRecord("Ada", last_name="Example"), "customer/ada/1")
    counter.write(ItemRecord("Jug", sku="JUG-1"), "item/jug/1")
    undo = ReversalDocument(BooksRef(sold.books_id), DocumentKind.SALE, DAY, "x")
    counter.write(undo, "reversal/12/1")
    requests: list[list[DeskRequest]] = [
        [CheckCompany("c")],
        [Read("r", ReadFeed.ITEMS, "", 100, NOON)],
        [Read("r", ReadFeed.CUSTOMERS, "", 100, NOON)],
        [Read("r", ReadFeed.DOCUMENTS, "2026-01-01..2026-01-31", 100, NOON)],
    ]

    for asked in requests:
        answer = counter.company.process(counter.translator.encode(asked, batch_id=""))
        assert errors_in(answer) == []
        assert answer.startswith(b"<?xml version='1.0' encoding='windows-1252'?>")


def test_the_simulators_items_have_the_captured_shape() -> None:
    ours = Counter()
    ours.item()
    query = (
        b'<?xml version="1.0"?><?qbposxml version="3.0"?><QBPOSXML>'
        b'<QBPOSXMLMsgsRq onError="stopOnError">'
        b"<ItemInventoryQueryRq/></QBPOSXMLMsgsRq></QBPOSXML>"
    )
    simulated = etree.fromstring(ours.company.process(query))
    real = etree.fromstring(captured("ItemInventoryQueryRs-1"))

    for root in (simulated, real):
        for row in root.iter("ItemInventoryRet"):
            tags = [child.tag for child in row if not len(child)]
            assert tags[:3] == ["ListID", "TimeCreated", "TimeModified"]
            rest = [tag.lower() for tag in tags[3:]]
            assert rest == sorted(rest)
            assert all(child.text for child in row if not len(child))


def test_a_request_that_is_not_valid_breaks_in_the_parser() -> None:
    wrong = etree.fromstring(
        '<QBPOSXML><QBPOSXMLMsgsRq onError="stopOnError"><CustomerAddRq>'
        "<CustomerAdd><EMail>a@example.com</EMail></CustomerAdd></CustomerAddRq>"
        "</QBPOSXMLMsgsRq></QBPOSXML>"
    )

    assert not derived_schema().validate(wrong)
