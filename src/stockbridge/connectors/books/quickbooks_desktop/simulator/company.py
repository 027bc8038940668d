"""A company file that answers message sets: bytes in, bytes out."""

import hashlib
from collections.abc import Callable
from datetime import date

from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.simulator import lists
from stockbridge.connectors.books.quickbooks_desktop.simulator.handlers import (
    Handlers,
    Host,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.queries import (
    Found,
    Iterators,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    Refusal,
    RequestRefusedError,
    not_processed,
    parse_error,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    Element,
    Kept,
    State,
)
from stockbridge.connectors.simulation import SettableClock

Validate = Callable[[bytes], list[str]]
SET_ID_CHARS_MAX = 23
_OK = (0, "Info", "Status OK")
_NOTHING_FOUND = (
    1,
    "Info",
    "A query request did not find a matching object in QuickBooks",
)
_PARTIAL = (500, "Warn", "The query request has not been fully completed.")


class Company:
    """One company file; `program.py` has what opens it.

    `validate` is what QuickBooks' parser holds against a request (tests give it
    Intuit's schema). What it takes and this simulator does not know raises
    DefectError: a gap of ours must not pass for an error of QuickBooks. Kept answers
    survive a restart and are part of a backup (?).
    """

    def __init__(
        self,
        *,
        clock: SettableClock | None = None,
        validate: Validate | None = None,
        name: str = "Example Mugs",
    ) -> None:
        self.clock = clock or SettableClock()
        self.state = State(self.clock)
        self.host, self.name = Host(), name
        self.stamps: dict[str, str] = {}
        self.refusals: list[Refusal] = []
        self.locked: set[str] = set()
        self.keeps_answers = True
        self.set_status: int | None = None  # forced on the next recovery
        self.entry_s, self.document_s = 0.0, 0.0
        self.requests_seen = 0
        self._iterators = Iterators()
        self._validate = validate
        _furnish(self.state)

    # ── what happens around the file ─────────────────────────────────────────

    def process(self, request: bytes) -> bytes:
        """Answer a message set, as ProcessRequest does; ProcessFailureError."""
        messages = self._parsed(request)
        new_id = messages.get("newMessageSetID", "")
        old_id = messages.get("oldMessageSetID", "")
        if len(messages) == 0:
            return self._about_a_set(new_id, old_id)
        if len(new_id) > SET_ID_CHARS_MAX:
            return _envelope([], new_id, 9004)
        digest = hashlib.sha256(request).hexdigest()
        kept = self.state.kept.get(new_id) if new_id else None
        if kept is not None:
            if kept.digest == digest:
                return kept.answer
            return _envelope([], new_id, 9001)
        answers = self._carry_out(messages)
        if not new_id:
            return _envelope(answers, "", None)
        if not self.keeps_answers:
            return _envelope(answers, new_id, 9005)
        answer = _envelope(answers, new_id, 0)
        self.state.kept[new_id] = Kept(digest, answer)
        return answer

    def begin_session(self) -> None:
        """End the session: iterators die, kept answers stay."""
        self._iterators.clear()

    def backup(self) -> State:
        """Return a copy of the file, to restore it later."""
        return self.state.copied()

    def restore(self, backup: State) -> None:
        """Put a backup in place of the file; what came later is gone."""
        self.state = backup.copied()
        self.begin_session()

    def refuse(self, tag: str, code: int, message: str = "", *, times: int = 1) -> None:
        """Answer the next requests of this tag with an error."""
        words = message or "The simulator was told so."
        self.refusals.append(Refusal(tag, code, words, times))

    def close_books_until(self, day: date) -> None:
        """Set the closing date."""
        self.state.closed_until = day

    def lock(self, record_id: str) -> None:
        """Let another user work on a record: 3176 for whoever refers to it."""
        self.locked.add(record_id)

    def id_of(self, kind: str, name: str) -> str:
        """Return the id of an entry of a list; KeyError where there is none."""
        found = self.state.named((kind,), name)
        if found is None:
            raise KeyError(f"{kind} {name}")
        return found.id

    def add(self, kind: str, name: str, **parts: str) -> str:
        """Add an entry to a list as the shop's own people would; return its id."""
        return lists.add_plain(self.state, kind, name, **parts).id

    def add_tax_group(self, name: str, *items: str) -> str:
        """Add a tax group as the shop's own people would; return its id."""
        return lists.add_tax_group(self.state, name, items).id

    # ── one message set ──────────────────────────────────────────────────────

    def _parsed(self, request: bytes) -> Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            root = etree.fromstring(request, parser)
        except etree.XMLSyntaxError as error:
            raise parse_error() from error
        messages = root.find("QBXMLMsgsRq")
        if messages is None or messages.get("onError") is None:
            raise parse_error()
        if self._validate is not None and self._validate(request):
            raise parse_error()
        return messages

    def _about_a_set(self, new_id: str, old_id: str) -> bytes:
        if self.set_status is not None:
            code, self.set_status = self.set_status, None
            return _envelope([], new_id, code)
        kept = self.state.kept.get(old_id)
        if new_id and kept is not None:
            return kept.answer
        if new_id:
            return _envelope([], new_id, 600)
        self.state.kept.pop(old_id, None)
        return _envelope([], "", 0 if kept is not None else 9002)

    def _carry_out(self, messages: Element) -> list[Element]:
        handlers = Handlers(
            self.state, self._iterators, self.host, self.name, self.stamps
        )
        stops = messages.get("onError") == "stopOnError"
        answers, has_failed = [], False
        for request in messages:
            try:
                if has_failed and stops:
                    raise not_processed()
                answers.append(self._answered(handlers, request))
            except RequestRefusedError as refusal:
                has_failed = True
                told = (refusal.code, "Error", refusal.message)
                answers.append(_answer(request, told, Found(())))
        return answers

    def _answered(self, handlers: Handlers, request: Element) -> Element:
        self.requests_seen += 1
        self._take_time(str(request.tag))
        self._refuse_if_told(request)
        found = handlers.answer(request)
        status = _OK
        if str(request.tag).endswith("QueryRq"):
            is_walking = "iterator" in request.attrib
            if not found.rows and not is_walking:
                status = _NOTHING_FOUND
            elif found.is_partial:
                status = _PARTIAL
        return _answer(request, status, found)

    def _take_time(self, tag: str) -> None:
        if tag.endswith("QueryRq"):
            return
        is_entry = tag.startswith(("Customer", "Vendor", "Item", "List"))
        self.clock.advance(self.entry_s if is_entry else self.document_s)

    def _refuse_if_told(self, request: Element) -> None:
        for refusal in list(self.refusals):
            if refusal.tag not in str(request.tag):
                continue
            if refusal.skip:
                refusal.skip -= 1
                continue
            refusal.times -= 1
            if refusal.times <= 0:
                self.refusals.remove(refusal)
            raise RequestRefusedError(refusal.code, refusal.message)
        names = {element.text for element in request.iter("ListID", "TxnID")}
        is_query = str(request.tag).endswith("QueryRq")
        if not is_query and names & self.locked:
            raise RequestRefusedError(
                3176,
                "A related object is in use by another user. The record could not be "
                "locked.",
            )


def _answer(request: Element, status: tuple[int, str, str], found: Found) -> Element:
    code, severity, message = status
    element = etree.Element(str(request.tag).removesuffix("Rq") + "Rs")
    number = request.get("requestID")
    if number is not None:
        element.set("requestID", number)
    element.set("statusCode", str(code))
    element.set("statusSeverity", severity)
    element.set("statusMessage", message)
    for name, value in found.attributes.items():
        element.set(name, value)
    element.extend(list(found.rows))
    return element


def _envelope(answers: list[Element], new_id: str, set_status: int | None) -> bytes:
    root = etree.Element("QBXML")
    messages = etree.SubElement(root, "QBXMLMsgsRs")
    if new_id:
        messages.set("newMessageSetID", new_id)
    if set_status is not None:
        messages.set("messageSetStatusCode", str(set_status))
    messages.extend(answers)
    return b'<?xml version="1.0" ?>\n' + bytes(etree.tostring(root))


def _furnish(state: State) -> None:
    """Fill the lists as a new company file has them, and some items of a shop."""
    accounts = {
        "Undeposited Funds": "OtherCurrentAsset",
        "Checking": "Bank",
        "Accounts Receivable": "AccountsReceivable",
        "Inventory Asset": "OtherCurrentAsset",
        "Sales Tax Payable": "OtherCurrentLiability",
        "Gift Cards": "OtherCurrentLiability",
        "Sales": "Income",
        "Cost of Goods Sold": "CostOfGoodsSold",
        "Inventory Shrinkage": "Expense",
    }
    for name, kind in accounts.items():
        lists.add_plain(state, "Account", name, AccountType=kind)
    lists.add_plain(state, "SalesTaxCode", "Tax", IsTaxable="true", Desc="Taxable")
    lists.add_plain(state, "SalesTaxCode", "Non", IsTaxable="false", Desc="Exempt")
    lists.add_plain(state, "ItemSalesTax", "State", ItemDesc="State", TaxRate="8.0")
    for name in ("Cash", "Credit Card"):
        lists.add_plain(state, "PaymentMethod", name)
    for name in ("Shipping", "Fee", "Gift card", "Billed tax"):
        lists.add_plain(state, "ItemOtherCharge", name)
    lists.add_plain(state, "ItemNonInventory", "Unstocked")
    lists.add_plain(state, "Customer", "Web guest")
