"""A sales order that follows its order in the store while it is open.

POS has no edit sequence: the order is read just before, and one that no longer says
what we wrote last, or of which something was filled, is held. As Intuit's page on
SalesOrderMod says, a line that a change does not name is dropped, one that is named by
its TxnLineID alone stays, and one with -1 is new. So what stays is named, and what
changed goes and comes again.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TypeAlias

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos import filling, orders
from stockbridge.connectors.books.quickbooks_pos.addresses import receipt_address
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    EMPTIED,
    Node,
    Response,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.numbers import amount_text, decimal_of
from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.receipt_values import ReceiptLine
from stockbridge.connectors.books.quickbooks_pos.receipts import (
    line_nodes,
    money_at,
    tax_of,
)
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.domain.accounting import AmendmentDocument, SaleDocument
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import DefectError
from stockbridge.ports import NotDone, Prepare, Prepared

MOD = "SalesOrderModRq"
_NEW = "-1"
_BY_HAND = "Change the order there by hand, then cancel this document here."
_PARTS = (
    *("City", "CompanyName", "Country", "FullName", "Phone", "PostalCode"),
    *("State", "Street", "Street2"),
)
Goods: TypeAlias = dict[str, tuple[Decimal, Decimal]]  # item → units, price of all


@dataclass(frozen=True, slots=True)
class _There:
    """What of an order a change depends on, as it was read."""

    lines: Sequence[Sequence[str]] = ()  # TxnLineID, then what we write of it
    discount: str = ""
    shipping: str = ""
    place: Sequence[str] = ("",) * len(_PARTS)


def order_of(amendment: AmendmentDocument) -> str:
    """Return the TxnID of the sales order; raises ActionNeededError for a receipt."""
    txn_id = orders.txn_of_order(amendment.sale.books_id)
    if not txn_id:
        raise not_expressible(
            "Only an open sales order takes on what changed: a sales receipt is in "
            "the books.",
            field="sale",
            remedy="Book the difference by hand, then cancel this document.",
        )
    return txn_id


def changed_order(
    amendment: AmendmentDocument, basis: str, planner: Planner
) -> list[Node]:
    """Return what is inside SalesOrderModRq; `basis` is what was read before."""
    txn_id, receipt = order_of(amendment), orders.planned(amendment.document, planner)
    there = _There(**json.loads(basis)) if basis else _There()
    discount, charge = amount_text(receipt.discount), amount_text(receipt.shipping)
    place = _place(amendment.document) if _moves(amendment) else there.place
    is_named = _moves(amendment) or charge != there.shipping
    children: list[Node] = [
        ("TxnID", txn_id),
        ("Discount", discount if discount != there.discount else ""),
        ("TaxCategory", receipt.tax_category),
        ("ShippingInformation", _shipping(place, charge) if is_named else None),
        *_lines(receipt.lines, there.lines),
    ]
    return [("SalesOrderMod", children)]


def prepared(
    request: Prepare,
    amendment: AmendmentDocument,
    response: Response,
    settings: PosSettings,
) -> Prepared | NotDone:
    """Return the lines of the order, or why it may not be changed."""
    return orders.prepared(
        request,
        response,
        why_not=lambda row: _why_not(row, amendment, settings),
        basis=lambda row: json.dumps(asdict(_read(row))),
    )


def was_written(
    row: etree._Element, amendment: AmendmentDocument, settings: PosSettings
) -> bool:
    """Return whether an order says all that the change would write."""
    after = amendment.document
    is_there = not _moves(amendment) or _place_in(row) == _place(after)
    return is_there and _says(row, after, settings)


def _why_not(
    row: etree._Element, amendment: AmendmentDocument, settings: PosSettings
) -> tuple[str, str] | None:
    before, number = _before(amendment), text_of(row, "SalesOrderNumber")
    why = filling.not_open(row, before.customer, by_hand=_BY_HAND)
    if why is not None or was_written(row, amendment, settings):
        return why
    if not _says(row, before, settings):
        total = money_at(row, "Total", settings)
        return (
            f"Sales order {number} was changed in Point of Sale (it comes to {total} "
            f"there, {before.total} was written), and in the store.",
            f"Change it back there, then retry. {_BY_HAND}",
        )
    places = _place(before), _place(amendment.document)
    if _moves(amendment) and _place_in(row) not in places:
        return (
            f"The address of sales order {number} was changed in Point of Sale, and "
            "in the store.",
            f"Change it back there, then retry. {_BY_HAND}",
        )
    return None


# ── what is written ──────────────────────────────────────────────────────────


def _lines(lines: Sequence[ReceiptLine], there: Sequence[Sequence[str]]) -> list[Node]:
    """Return the lines that stay, in their order, then those that are new."""
    wanted = [line_nodes(line) for line in lines]
    kept = []
    for line_id, *said in there:
        same = (one for one in wanted if _told(one) == said)
        found = next(same, None)
        if found is not None:
            wanted.remove(found)
            kept.append(line_id)
    staying: list[Node] = [_line([("TxnLineID", one)]) for one in kept]
    return [*staying, *(_as_new(one) for one in wanted)]


def _line(children: Sequence[Node]) -> Node:
    return ("SalesOrderItemMod", children)


def _as_new(nodes: Sequence[Node]) -> Node:
    """Return a new line: its item, -1, and the rest."""
    return _line([nodes[0], ("TxnLineID", _NEW), *nodes[1:]])


def _told(nodes: Sequence[Node]) -> list[str]:
    """Return a line that we would write, as `_said` returns one that stands there."""
    said = {tag: str(value or "") for tag, value in nodes}
    return _plain(said["ListID"], said["Qty"], said["Price"], said["TaxCode"])


def _said(line: etree._Element) -> list[str]:
    told = (text_of(line, tag) for tag in ("ListID", "Qty", "Price", "TaxCode"))
    return _plain(*told)


def _plain(item: str, units: str, price: str, code: str) -> list[str]:
    numbers = (f"{decimal_of(one or '0').normalize():f}" for one in (units, price))
    return [item, *numbers, code]


def _shipping(place: Sequence[str], charge: str) -> list[Node]:
    """Return the address whole, its empty fields too, and the charge for it."""
    said = dict(zip(_PARTS, place, strict=True)) | {"Shipping": charge}
    return [(tag, said[tag] or EMPTIED) for tag in sorted(said)]


# ── what is there ────────────────────────────────────────────────────────────


def _says(row: etree._Element, sale: SaleDocument, settings: PosSettings) -> bool:
    """Return whether an order has the sums and sells the goods of a sale.

    How tax, fees and shipping were written is a setting that may have changed since;
    the sums tell them.
    """
    sums = money_at(row, "Total", settings), tax_of(row, orders.LINE, settings)
    if sums != (sale.total, sale.total_tax):
        return False
    goods = _goods_of(sale)
    there: Goods = {}
    no_goods = (settings.own_items | {""}) - set(goods)
    for line in row.findall(orders.LINE):
        item = text_of(line, "ListID")
        if item in no_goods:
            continue
        units, price = there.get(item, (Decimal(0), Decimal(0)))
        units += decimal_of(text_of(line, "Qty") or "0")
        price += decimal_of(text_of(line, "ExtendedPrice") or "0")
        there[item] = (units, price)
    return there == goods


def _goods_of(sale: SaleDocument) -> Goods:
    found: Goods = {}
    for line in sale.lines:
        if line.kind is LineKind.ITEM and line.units and line.item is not None:
            units, price = found.get(line.item.books_id, (Decimal(0), Decimal(0)))
            amount = max(line.total.amount, Decimal(0))
            found[line.item.books_id] = (units + line.units, price + amount)
    return found


def _read(row: etree._Element) -> _There:
    lines = row.findall(orders.LINE)
    return _There(
        lines=[[text_of(line, "TxnLineID"), *_said(line)] for line in lines],
        discount=_amount(row, "Discount"),
        shipping=_amount(row, "ShippingInformation/Shipping"),
        place=_place_in(row),
    )


def _amount(row: etree._Element, path: str) -> str:
    return amount_text(decimal_of(text_of(row, path) or "0"))


def _moves(amendment: AmendmentDocument) -> bool:
    """Return whether the goods go elsewhere."""
    return _place(amendment.document) != _place(_before(amendment))


def _place(sale: SaleDocument) -> tuple[str, ...]:
    said = dict(receipt_address(sale.shipping_address, ""))
    return tuple(str(said.get(tag) or "") for tag in _PARTS)


def _place_in(row: etree._Element) -> tuple[str, ...]:
    return tuple(text_of(row, f"ShippingInformation/{tag}") for tag in _PARTS)


def _before(amendment: AmendmentDocument) -> SaleDocument:
    if amendment.before is None:
        raise DefectError("This does not say what the order was.")
    return amendment.before
