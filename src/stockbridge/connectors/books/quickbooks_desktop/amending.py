"""A sales order that follows its order in the store while it is open.

Read just before: its edit sequence, and whether it still says what we wrote last. One
that somebody changed, closed or invoiced is held. Of lines, those that stay are named
by their TxnLineID and nothing else; what changed goes and comes again as a new line
(-1), for QuickBooks drops every line that a change does not name. Lines of words alone,
which somebody added, stay. What was read before the last change is refused (3200).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop import naming, stored
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.filling import ORDER, not_open
from stockbridge.connectors.books.quickbooks_desktop.lines import (
    line_elements,
    sale_lines,
    sign_of,
)
from stockbridge.connectors.books.quickbooks_desktop.postal import (
    ADDRESS_PARTS,
    address,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    Element,
    amount_text,
    in_order,
    leaf,
    node,
    quantity_text,
    request,
    text_of,
    told,
)
from stockbridge.connectors.books.quickbooks_desktop.sales import (
    HEADER,
    customer_of,
    tax_header,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.tax import plan_tax
from stockbridge.connectors.quickbooks.sales import check_totals
from stockbridge.domain.accounting import AmendmentDocument, DocumentLine, SaleDocument
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import ConflictError, DefectError, InvalidInputError
from stockbridge.ports import PostRequest

_BY_HAND = "Change the order there by hand, then cancel this document here."
_NEW = "-1"
_LINE = f"{ORDER}LineRet"


def order_of(amendment: AmendmentDocument) -> naming.Txn:
    """Return the sales order; InvalidInputError where the sale is none."""
    sale = naming.txn_of(amendment.sale.books_id)
    if sale.type != ORDER:
        raise InvalidInputError(
            "Only an open sales order takes on what changed: a sales receipt or an "
            "invoice is in the books.",
            field="sale",
            remedy="Book the difference by hand, then cancel this document.",
        )
    return sale


def amendment_request(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> Element:
    """Return the request that changes the sales order; raises ActionNeededError."""
    amendment = _amendment(post)
    order, sale = order_of(amendment), amendment.document
    check_totals(sale.lines, sale.total, sale.total_tax)
    plan = plan_tax(sale, settings)
    lines = sale_lines(sale.lines, settings)
    wanted = line_elements(ORDER, lines, plan, settings, site=sale.location_id)
    header = [*tax_header(plan, settings), _address(amendment)]
    body = node(
        f"{ORDER}Mod",
        leaf("TxnID", order.id),
        leaf("EditSequence", basis.edit_sequence),
        *in_order(header, HEADER),
        *_lines(wanted, basis, _renamed(amendment)),
    )
    return request(f"{ORDER}ModRq", naming.request_id(post.attempt_id), body)


def basis_of(order: Element) -> Basis:
    """Return what the change depends on: the edit sequence, and the lines."""
    rows = [_row(line) for line in order.findall(_LINE)]
    return Basis(
        type=ORDER, edit_sequence=text_of(order, "EditSequence"), lines=tuple(rows)
    )


def unamendable(
    order: Element, amendment: AmendmentDocument, settings: QuickBooksDesktopSettings
) -> ConflictError | None:
    """Return why the order, as QuickBooks has it now, is not to be changed.

    One that says already what it should is: writing that changes nothing.
    """
    why = not_open(order, remedy=_BY_HAND)
    if why is not None:
        return why
    before, number = _before(amendment), text_of(order, "RefNumber")
    if text_of(order, "CustomerRef/ListID") != customer_of(before, settings):
        return ConflictError(
            f"Sales order {number} was given to another customer in QuickBooks.",
            remedy=f"Change it back there, then retry. {_BY_HAND}",
        )
    if was_written(order, amendment, settings):
        return None
    if not _says(order, before, settings):
        total = stored.total_of(order, settings)
        return ConflictError(
            f"Sales order {number} was changed in QuickBooks (it comes to {total} "
            f"there, {before.total} was written), and in the store.",
            remedy=f"Change it back there, then retry. {_BY_HAND}",
        )
    if _moves(amendment) and _place_in(order) not in _places(amendment):
        return ConflictError(
            f"The address of sales order {number} was changed in QuickBooks, and in "
            "the store.",
            remedy=f"Change it back there, then retry. {_BY_HAND}",
        )
    return None


def was_written(
    order: Element, amendment: AmendmentDocument, settings: QuickBooksDesktopSettings
) -> bool:
    """Return whether the order says all that the change would write."""
    after = amendment.document
    is_there = not _moves(amendment) or _place_in(order) == _place(after)
    return is_there and _says(order, after, settings)


# ── what is written ──────────────────────────────────────────────────────────


def _lines(
    wanted: Sequence[Child], basis: Basis, renamed: frozenset[str]
) -> list[Child]:
    """Return the lines that stay, then those that are new.

    A line may stay only if all that we would write of it stands there.
    """
    news = list(wanted)
    kept = []
    for line_id, *said in basis.lines:
        if not said[_ITEM]:
            kept.append(line_id)  # words alone, which somebody added
            continue
        same = (one for one in news if _said(one) == said and said[0] not in renamed)
        found = next(same, None)
        if found is not None:
            news.remove(found)
            kept.append(line_id)
    staying = [node(f"{ORDER}LineMod", leaf("TxnLineID", one)) for one in kept]
    return [*staying, *(_as_new(one) for one in news)]


_ITEM = 1


def _row(line: Element) -> list[str]:
    """Return a stored line: its id, then what of it we write."""
    return [text_of(line, "TxnLineID"), *_said(line)]


def _said(line: Element) -> list[str]:
    item, units = text_of(line, "ItemRef/ListID"), text_of(line, "Quantity")
    return [
        text_of(line, "Other1"),
        item,
        quantity_text(Decimal(units)) if units else "",
        f"{Decimal(text_of(line, 'Amount') or '0'):.2f}",
        text_of(line, "SalesTaxCodeRef/FullName"),
    ]


def _as_new(line: Element) -> Child:
    return node(f"{ORDER}LineMod", leaf("TxnLineID", _NEW), *line)


def _renamed(amendment: AmendmentDocument) -> frozenset[str]:
    """Return the signs of lines whose words changed."""
    before = {line.source_id: line.name for line in _before(amendment).lines}
    return frozenset(
        sign_of(line.source_id)
        for line in amendment.document.lines
        if before.get(line.source_id, line.name) != line.name
    )


def _address(amendment: AmendmentDocument) -> Child:
    """Return the new address, its empty lines too; None where it stayed."""
    if not _moves(amendment):
        return None
    lines = zip(ADDRESS_PARTS, _place(amendment.document), strict=True)
    return node("ShipAddress", *(told(part, text) for part, text in lines))


# ── what is there ────────────────────────────────────────────────────────────


def _says(
    order: Element, sale: SaleDocument, settings: QuickBooksDesktopSettings
) -> bool:
    """Return whether an order has the sums and the lines of a sale."""
    sums = stored.total_of(order, settings), stored.tax_of(order, settings)
    if sums != (sale.total, sale.total_tax):
        return False
    lines = order.findall(_LINE)
    ours = [line for line in lines if text_of(line, "Other1")]
    others = (line for line in lines if line not in ours)
    is_grouped = order.find(f"{ORDER}LineGroupRet") is not None
    if is_grouped or not all(_is_expected(line, settings) for line in others):
        return False
    wanted = {sign_of(line.source_id): line for line in sale.lines}
    signs = [text_of(line, "Other1") for line in ours]
    if sorted(signs) != sorted(wanted):
        return False
    return all(_is_like(line, wanted[text_of(line, "Other1")]) for line in ours)


def _is_expected(line: Element, settings: QuickBooksDesktopSettings) -> bool:
    """Return whether a line without a sign is the billed tax, or words alone."""
    return text_of(line, "ItemRef/ListID") in {"", settings.tax_line_item}


def _is_like(line: Element, wanted: DocumentLine) -> bool:
    """Return whether a stored line sells what a line of a sale does.

    On which item fees and shipping stand is a setting that may have changed since.
    """
    _, item, units, amount, _ = _said(line)
    is_moved = bool(wanted.units and wanted.item and wanted.item.books_id)
    if is_moved and wanted.item and item != wanted.item.books_id:
        return False
    said = quantity_text(wanted.units if is_moved else wanted.quantity)
    is_counted = wanted.kind is LineKind.ITEM
    return units == (said if is_counted else "") and amount == amount_text(wanted.total)


def _moves(amendment: AmendmentDocument) -> bool:
    """Return whether the goods go elsewhere."""
    return _place(_before(amendment)) != _place(amendment.document)


def _places(amendment: AmendmentDocument) -> Iterable[tuple[str, ...]]:
    return _place(_before(amendment)), _place(amendment.document)


def _place(sale: SaleDocument) -> tuple[str, ...]:
    found = address("ShipAddress", sale.shipping_address)
    return tuple(text_of(found, part) for part in ADDRESS_PARTS)


def _place_in(order: Element) -> tuple[str, ...]:
    return tuple(text_of(order, f"ShipAddress/{part}") for part in ADDRESS_PARTS)


def _before(amendment: AmendmentDocument) -> SaleDocument:
    if amendment.before is None:
        raise DefectError("This does not say what the order was.")
    return amendment.before


def _amendment(post: PostRequest) -> AmendmentDocument:
    if not isinstance(post.document, AmendmentDocument):
        raise TypeError("an amendment is wanted")
    return post.document
