"""What the counter sold to single customers; what we wrote ourselves is left out.

`SalesReceiptQueryRq` can be asked for one `CustomerListID` at a time (qbposXML 3.0),
so customers are asked about one after the other.
"""

from datetime import date

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Message,
    Node,
    Response,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.markers import read_signed
from stockbridge.connectors.books.quickbooks_pos.numbers import decimal_of
from stockbridge.connectors.books.quickbooks_pos.receipts import REGULAR, ROW
from stockbridge.domain.counter_receipts import CounterReceipt, ReceiptKind
from stockbridge.domain.money import Money
from stockbridge.ports import DeskResult, NotDone, PageRead, Read, Unreadable

_READ = (
    "TxnID",
    "Comments",
    "CustomerListID",
    "HistoryDocStatus",
    "SalesReceiptNumber",
    "SalesReceiptType",
    "Total",
    "TxnDate",
)
_KINDS = {"Sales": ReceiptKind.SALE, "Return": ReceiptKind.RETURN}


def request(read: Read) -> Message:
    """Return the question for the next page of the first customer of the cursor."""
    people, iterator = _parts(read.cursor)
    step = (
        (("iterator", "Continue"), ("iteratorID", iterator))
        if iterator
        else (("iterator", "Start"),)
    )
    children: list[Node] = [
        ("MaxReturned", str(read.limit)),
        ("CustomerListID", people[0]),
        *[("IncludeRetElement", field) for field in _READ],
    ]
    return Message("SalesReceiptQueryRq", read.attempt_id, children, step)


def page(read: Read, response: Response, currency: str) -> DeskResult:
    """Return the receipts of a page, and who is asked about next."""
    people, _iterator = _parts(read.cursor)
    if response.is_error:
        return NotDone(
            read.attempt_id,
            f"Point of Sale did not give a customer's receipts: {response.text}",
            remedy="Look at the customer in Point of Sale, then ask again.",
            is_retryable=False,
        )
    found: list[CounterReceipt] = []
    bad: list[Unreadable] = []
    for row in response.rows(ROW):
        try:
            found += [] if _is_ours(row) else [_receipt(row, currency)]
        except ValueError as error:
            bad.append(Unreadable(text_of(row, "TxnID"), str(error)))
    left = response.element.get("iteratorRemainingCount", "")
    iterator = response.element.get("iteratorID", "")
    if left.isdecimal() and int(left) and iterator:
        cursor, is_last = f"{' '.join(people)}|{iterator}", False
    else:
        cursor, is_last = f"{' '.join(people[1:])}|", len(people) == 1
    return PageRead(
        read.attempt_id,
        cursor=cursor,
        is_last=is_last,
        receipts=tuple(found),
        unreadable=tuple(bad),
    )


def _parts(cursor: str) -> tuple[list[str], str]:
    people, _, iterator = cursor.partition("|")
    return people.split(), iterator


def _is_ours(row: etree._Element) -> bool:
    return read_signed(text_of(row, "Comments")) is not None


def _receipt(row: etree._Element, currency: str) -> CounterReceipt:
    return CounterReceipt(
        external_id=text_of(row, "TxnID"),
        customer_id=text_of(row, "CustomerListID"),
        number=text_of(row, "SalesReceiptNumber"),
        business_date=date.fromisoformat(text_of(row, "TxnDate")),
        total=Money(decimal_of(text_of(row, "Total") or "0"), currency),
        kind=_KINDS.get(text_of(row, "SalesReceiptType"), ReceiptKind.OTHER),
        is_live=text_of(row, "HistoryDocStatus") in {"", REGULAR},
    )
