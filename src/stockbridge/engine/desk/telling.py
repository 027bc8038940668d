"""What the user is shown of a visit."""

from collections.abc import Mapping

from stockbridge.domain.accounting import DocumentKind, SaleForm
from stockbridge.domain.errors import SyncError
from stockbridge.domain.money import Money
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.logbook import Line, log_all
from stockbridge.engine.models import Conversation, Delivery
from stockbridge.engine.settle import Settled, Tell
from stockbridge.ports import Fault, PostResult

DOCUMENTS = "documents"  # the channel of the log
_FORMS: Mapping[str, str] = {
    SaleForm.SALES_RECEIPT.value: "Sales receipt",
    SaleForm.INVOICE.value: "Invoice",
    SaleForm.SALES_ORDER.value: "Sales order",
}
_KINDS: Mapping[str, str] = {
    DocumentKind.CUSTOMER_CHANGE.value: "Change of customer",
    DocumentKind.ITEM_CHANGE.value: "Change of item",
    DocumentKind.FULFILLMENT.value: "What fills order",
    DocumentKind.AMENDMENT.value: "Change of order",
    DocumentKind.CANCELLATION.value: "Cancellation of order",
    DocumentKind.ADJUSTMENT.value: "Stock adjustment",
    DocumentKind.REVERSAL.value: "Reversal of",
}


def words(fault: Fault) -> str:
    """Return what happened: our words, then QuickBooks' own and the number."""
    own = f"{fault.message} ({fault.hresult})" if fault.hresult else fault.message
    return f"{fault.meaning} {own}".strip()


def summary(row: Conversation) -> str:
    """Return what a visit did, for the Web Connector's window and our log."""
    parts = [f"{row.posted} sent"]
    if row.refused:
        parts.append(f"{row.refused} refused, see Needs you")
    parts.append(f"{row.read} read")
    return "Done: " + ", ".join(parts) + "."


def teller(visit: Visit) -> Tell:
    """Return what writes a line for each document that was settled, once each."""
    return lambda settled: _log_settled(visit, settled)


def log_unsent(visit: Visit, row: Delivery, error: SyncError) -> None:
    """Write a line for a document that could not be sent, and why."""
    line = _line(row, "error", f"not sent. {_reason(error)}")
    log_all([line], visit.connection, visit.now)


def _log_settled(visit: Visit, settled: Settled) -> None:
    lines = [
        *(_line(row, "info", _taken(row, one)) for row, one in settled.posted),
        *(_line(row, "error", _refused(one)) for row, one in settled.refused),
        *(_line(row, "warning", _again(one)) for row, one in settled.again),
    ]
    log_all(lines, visit.connection, visit.now)


def _line(row: Delivery, level: str, said: str) -> Line:
    return Line(DOCUMENTS, level, f"{_named(row)}: {said}", "document", str(row.pk))


def _named(row: Delivery) -> str:
    """Return what it is, as a bookkeeper calls it, and its number or name."""
    document = row.document if isinstance(row.document, dict) else {}
    form = str(document.get("form", ""))
    kind = _FORMS.get(form) or _KINDS.get(row.kind, row.kind.capitalize())
    return f"{kind} {row.reference or row.title}".strip()


def _taken(row: Delivery, result: PostResult) -> str:
    number = f"number {result.number}, " if result.number else ""
    total = f", {Money(row.total, row.currency)}" if row.total else ""
    return f"in QuickBooks ({number}id {result.books_id}){total}."


def _refused(result: PostResult) -> str:
    return f"refused. {_reason(result.error)}"


def _again(result: PostResult) -> str:
    if not result.was_tried:
        return "not tried, for what was before it failed; it is sent again."
    return f"not taken this time, and sent again. {_reason(result.error)}".strip()


def _reason(error: SyncError | None) -> str:
    """Return QuickBooks' words and what to do about it."""
    if error is None:
        return "QuickBooks gave no reason."
    return f"{error.message} {error.remedy}".strip()
