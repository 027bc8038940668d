"""One company file of Point of Sale: bytes in, bytes out, with state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta, timezone

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.simulator.documents import (
    Ledger,
    Rates,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.lists import (
    add_customer,
    add_item,
    change,
    delete,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.reading import (
    Iterators,
    deleted_since,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.records import (
    Records,
    Row,
    Table,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.refusals import RefusalError
from stockbridge.connectors.books.quickbooks_pos.simulator.rounding import TaxRounding
from stockbridge.connectors.books.quickbooks_pos.simulator.writing import (
    answer,
    append,
    response,
)
from stockbridge.connectors.simulation import Clock, SettableClock

PARSE_ERROR, NOT_OPEN, DIALOG = "0x80040400", "0x80040408", "0x80040414"
NO_ACCESS = "0x80040401"
_LISTS = {"CustomerAddRq", "CustomerModRq", "ItemInventoryAddRq", "ItemInventoryModRq"}
_DOCUMENTS = {
    *("SalesReceiptAddRq", "SalesOrderAddRq", "SalesOrderModRq"),
    "InventoryQtyAdjustmentAddRq",
}
_NOTHING_FOUND = (
    "A query request did not find a matching object in QuickBooks Desktop Point of Sale"
)


class CompanyClosedError(Exception):
    """The Web Connector gets no answer, only an hresult and words."""

    def __init__(self, hresult: str, message: str) -> None:
        super().__init__(message)
        self.hresult = hresult
        self.message = message


@dataclass(slots=True)
class Company:
    """A company file, and the program that has it open."""

    company: Row
    rates: Rates  # tax location → item tax code → percents
    records: Records = field(default_factory=Records)
    clock: Clock = field(default_factory=SettableClock)
    rounding: TaxRounding = field(default_factory=TaxRounding)
    schema: etree.XMLSchema | None = None  # the derived one, where it is at hand
    offset_h: int = -6
    is_open: bool = True  # and a person has Point of Sale open with it
    has_dialog: bool = False
    seconds_per_list_entry: float = 0.0
    seconds_per_document: float = 0.0
    last_call_s: float = 0.0
    iterators: Iterators = field(default_factory=Iterators)

    def open(self, path: str) -> str:
        """Begin a session; return the company's name. CompanyClosedError.

        Point of Sale tells a name where Desktop tells a path, and has one company open.
        That its hresults are Desktop's, and what it does with a name, is not known (?).
        """
        name = str(self.company["CompanyName"])
        self._check_dialog()
        if not self.is_open or path not in {"", name}:
            raise CompanyClosedError(NOT_OPEN, "Point of Sale could not be started.")
        self.begin_session()
        return name

    def begin_session(self) -> None:
        """Begin another session: iterators of the one before are dead."""
        self.iterators = Iterators(count=self.iterators.count)

    def process(self, request: bytes) -> bytes:
        """Answer one message; raises CompanyClosedError as QBXMLRP2 would."""
        self._check_dialog()
        if not self.is_open:
            raise CompanyClosedError(NO_ACCESS, "Could not access Point of Sale.")
        self.last_call_s = 0.0
        body = self._body(request)
        is_stopping = body.get("onError") == "stopOnError"
        answered: list[etree._Element] = []
        for one in body.iterchildren(tag=etree.Element):
            has_failed = any(a.get("statusSeverity") == "Error" for a in answered)
            if is_stopping and has_failed:
                words = "The request has not been processed."
                answered.append(response(one, "3231", words, "Error"))
                continue
            answered.append(self._answered(one))
        if isinstance(self.clock, SettableClock):
            self.clock.advance(self.last_call_s)
        return answer(answered)

    def now(self) -> str:
        """Return the company's time as it writes it, with its offset."""
        zone = timezone(timedelta(hours=self.offset_h))
        return self.clock.now().astimezone(zone).replace(microsecond=0).isoformat()

    def _check_dialog(self) -> None:
        if self.has_dialog:
            words = "A modal dialog box is showing in the user interface."
            raise CompanyClosedError(DIALOG, words)

    def _body(self, request: bytes) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            root = etree.fromstring(request, parser)
        except etree.XMLSyntaxError as error:
            raise CompanyClosedError(PARSE_ERROR, "error parsing the XML") from error
        if self.schema is not None and not self.schema.validate(root):
            raise CompanyClosedError(PARSE_ERROR, str(self.schema.error_log.last_error))
        body = root.find("QBPOSXMLMsgsRq")
        if body is None or b"<?qbposxml version=" not in request:
            raise CompanyClosedError(PARSE_ERROR, "error parsing the XML")
        return body

    def _answered(self, request: etree._Element) -> etree._Element:
        try:
            if request.tag == "CompanyQueryRq":
                found = response(request, "0", "Status OK", "Info")
                append(found, "CompanyRet", self.company)
                return found
            if request.tag == "ListDeletedQueryRq":
                return self._told_deleted(request)
            if request.tag.endswith("QueryRq"):
                return self._queried(request)
            return self._written(request)
        except RefusalError as refusal:
            return response(request, refusal.code, refusal.text, "Error")

    def _told_deleted(self, request: etree._Element) -> etree._Element:
        rows = deleted_since(self.records.deleted, request)
        told = ("0", "Status OK", "Info") if rows else ("1", _NOTHING_FOUND, "Warn")
        answered = response(request, *told)
        for row in rows:
            append(answered, "ListDeletedRet", row)
        return answered

    def _queried(self, request: etree._Element) -> etree._Element:
        table = self._tables()[request.tag.removesuffix("QueryRq")]
        found = self.iterators.query(request, table)
        code, text, severity = (
            ("0", "Status OK", "Info") if found.rows else ("1", _NOTHING_FOUND, "Warn")
        )
        answered = response(request, code, text, severity)
        for name, value in found.attributes.items():
            answered.set(name, value)
        for row in found.rows:
            append(answered, table.row_tag, row)
        return answered

    def _written(self, request: etree._Element) -> etree._Element:
        if request.tag in _LISTS:
            self.last_call_s += self.seconds_per_list_entry
        elif request.tag in _DOCUMENTS:
            self.last_call_s += self.seconds_per_document
        row_tag, row = self._writers()[request.tag](request)
        answered = response(request, "0", "Status OK", "Info")
        if row_tag:
            append(answered, row_tag, row)
        else:
            for name, text in row.items():
                etree.SubElement(answered, name).text = text
        return answered

    def _tables(self) -> dict[str, Table]:
        records = self.records
        return {
            "Customer": records.customers,
            "Department": records.departments,
            "ItemInventory": records.items,
            "SalesReceipt": records.receipts,
            "SalesOrder": records.orders,
            "InventoryQtyAdjustment": records.adjustments,
        }

    def _writers(self) -> dict[str, Callable[[etree._Element], tuple[str, Row]]]:
        records, now = self.records, self.now()
        ledger = Ledger(records, self.rates, self.rounding, now)
        return {
            "CustomerAddRq": lambda r: (
                "CustomerRet",
                add_customer(records, r[0], now),
            ),
            "CustomerModRq": lambda r: (
                "CustomerRet",
                change(records, records.customers, r[0], now),
            ),
            "ItemInventoryAddRq": lambda r: (
                "ItemInventoryRet",
                add_item(records, r[0], now),
            ),
            "ItemInventoryModRq": lambda r: (
                "ItemInventoryRet",
                change(records, records.items, r[0], now),
            ),
            "SalesReceiptAddRq": lambda r: (
                "SalesReceiptRet",
                ledger.add_receipt(r[0]),
            ),
            "SalesOrderAddRq": lambda r: ("SalesOrderRet", ledger.add_order(r[0])),
            "SalesOrderModRq": lambda r: ("SalesOrderRet", ledger.change_order(r[0])),
            "InventoryQtyAdjustmentAddRq": lambda r: (
                "InventoryQtyAdjustmentRet",
                ledger.add_adjustment(r[0]),
            ),
            "TxnReverseRq": lambda r: ("", ledger.reverse(r)),
            "ListDelRq": lambda r: ("", self._deleted(r, ledger)),
        }

    def _deleted(self, request: etree._Element, ledger: Ledger) -> Row:
        order = self.records.orders.rows.get(request.findtext("ListID") or "")
        found = delete(self.records, request, ledger.now)
        if order is not None:
            ledger.forget_order(order)
        return {**found, "TimeDeleted": ledger.now}
