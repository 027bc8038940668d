"""The embedded back office as one set of books: the port `Books`, in process."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from time import monotonic

from django.db.models import QuerySet

from stockbridge.backoffice import items, partners, stock
from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import Purpose
from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.connectors.books.embedded import accounts as money
from stockbridge.connectors.books.embedded import answers, statements
from stockbridge.connectors.books.embedded.decode import (
    account_of,
    customer_of,
    item_of,
    level_of,
    location_of,
)
from stockbridge.connectors.books.embedded.errors import as_lost_answer
from stockbridge.connectors.books.embedded.posting import post_requests
from stockbridge.domain.account_movements import Move
from stockbridge.domain.accounting import DocumentKind, SaleForm
from stockbridge.domain.catalog import BooksCustomer, BooksItem, Location, StockLevel
from stockbridge.domain.errors import DefectError
from stockbridge.ports import (
    BooksAccount,
    BooksCapabilities,
    ConnectionReport,
    Exchange,
    Finding,
    Link,
    LookUpResult,
    Page,
    PostRequest,
    PostResult,
    Severity,
    StoredDocument,
)

CAPABILITIES = BooksCapabilities(
    kinds=frozenset(DocumentKind),
    sale_forms=(SaleForm.CUSTOMER_ORDER,),
    documents_per_call_max=100,
    is_in_process=True,
    sale_moves_stock=False,
    can_amend=True,
    reference_chars_max=100,
    item_name_chars_max=255,
    prices=(("sale", "Sale price"),),
    item_fields=(
        ("attribute", "Attribute"),
        ("size", "Size"),
        ("department", "Department"),
        ("description", "Description"),
    ),
)
TIMEOUT_S = 10.0  # of one call; a hundred documents take a fraction of a second


class EmbeddedBooks:
    """The back office of one company."""

    def __init__(self, link: Link) -> None:
        self._link = link
        (self._company,) = _company(int(link.company_id))
        open_books(self._company)

    @property
    def capabilities(self) -> BooksCapabilities:
        """What the back office can do."""
        return CAPABILITIES

    def check(self) -> ConnectionReport:
        """Look whether orders can be posted: a location, the default accounts."""
        company = self._company
        chosen = set(company.default_accounts.values_list("purpose", flat=True))
        missing = [p.label for p in Purpose if p.value not in chosen]
        findings = [Finding("ready", Severity.OK, "The back office is ready.")]
        if missing:
            findings = [
                Finding(
                    "accounts",
                    Severity.ERROR,
                    f"No account is chosen for: {', '.join(map(str, missing))}.",
                    "Choose them under Back office, Accounts.",
                )
            ]
        if not company.locations.filter(is_active=True).exists():
            findings.append(
                Finding(
                    "location",
                    Severity.ERROR,
                    "There is no location that holds stock.",
                    "Add one under Back office, Locations.",
                )
            )
        facts = {"currency": company.currency, "time_zone": company.time_zone}
        return ConnectionReport(tuple(findings), facts=facts)

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        """Write documents in one transaction; the same key never has two effects."""
        with self._call("post", len(requests)), as_lost_answer():
            at = self._link.wire.now()
            return post_requests(self._company, requests, at=at)

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        """Find documents by their keys; a miss is certain."""
        with as_lost_answer():
            return answers.look_up(self._company, requests)

    def changed_items(self, cursor: str, *, limit: int) -> Page[BooksItem]:
        """Return items changed since `cursor`, a number that only grows."""
        rows = items.changed_after(self._company, _seq(cursor), limit=limit)
        end = str(rows[-1].seq) if rows else cursor
        return Page(tuple(map(item_of, rows)), end, is_last=len(rows) < limit)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[BooksCustomer]:
        """Return live customers changed since `cursor`."""
        rows = partners.changed_after(self._company, _seq(cursor), limit=limit)
        end = str(rows[-1].seq) if rows else cursor
        live = tuple(
            customer_of(row)
            for row in rows
            if row.is_customer and row.is_active and row.erased_at is None
        )
        return Page(live, end, is_last=len(rows) < limit)

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        """Return levels changed since `cursor`, per location."""
        began_at = self._link.wire.now()
        rows = stock.levels_changed_after(self._company, _seq(cursor), limit=limit)
        end = str(rows[-1].seq) if rows else cursor
        levels = tuple(level_of(row, began_at) for row in rows)
        return Page(levels, end, is_last=len(rows) < limit)

    def stock(self, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        """Return all levels of these items, read now."""
        began_at = self._link.wire.now()
        known = [int(item_id) for item_id in item_ids if item_id.isdecimal()]
        rows = stock.levels_of(self._company, known).order_by("item", "location")
        return tuple(level_of(row, began_at) for row in rows)

    def locations(self) -> tuple[Location, ...]:
        """Return the places that hold stock."""
        return tuple(map(location_of, self._company.locations.all()))

    def accounts(self) -> tuple[BooksAccount, ...]:
        """Return the accounts in use."""
        return tuple(map(account_of, self._company.accounts.filter(is_active=True)))

    def documents(
        self, first: date, last: date, *, cursor: str, limit: int
    ) -> Page[StoredDocument]:
        """Return documents by business date, both days included."""
        return statements.documents(
            self._company, (first, last), cursor=_seq(cursor), limit=limit
        )

    def landing_account(self, kind: DocumentKind, mapped: str) -> str:
        """Return the account that a payment or a refund is booked on."""
        return mapped or self._deposits

    @cached_property
    def _deposits(self) -> str:
        """The account of money that is mapped nowhere; asked once, not for each row."""
        return next(iter(self.deposit_accounts()), "")

    def deposit_accounts(self) -> tuple[str, ...]:
        """Return the account that money lands on where nothing else is said."""
        return money.deposit_accounts(self._company)

    def moves(
        self, first: date, last: date, accounts: Collection[str]
    ) -> tuple[Move, ...]:
        """Return what documents moved on these accounts, by the journal."""
        return money.moves(self._company, (first, last), accounts)

    @contextmanager
    def _call(self, what: str, count: int) -> Iterator[None]:
        """Ask whether a call may start, as for any books: a lease guards it, too."""
        wire, began = self._link.wire, monotonic()
        wire.before_call(timeout_s=TIMEOUT_S)
        error = ""
        try:
            yield
        except Exception as failure:
            error = type(failure).__name__
            raise
        finally:
            wire.after_call(
                Exchange(
                    method=what.upper(),
                    address="back office",
                    status=None if error else 200,
                    elapsed_ms=int((monotonic() - began) * 1000),
                    request_excerpt=f"{count} documents",
                    error=error,
                )
            )


def open_embedded(link: Link) -> EmbeddedBooks:
    """Open the company's back office; make it at first use."""
    return EmbeddedBooks(link)


@prepared
def _company(company_id: int) -> QuerySet[Company]:
    return Company.objects.filter(pk=company_id)


def _seq(cursor: str) -> int:
    if cursor and not cursor.isdecimal():
        raise DefectError(f"{cursor!r} is no cursor of the back office.")
    return int(cursor or 0)
