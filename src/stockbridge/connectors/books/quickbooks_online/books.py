"""QuickBooks Online as one set of books that we call."""

import ssl
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from pydantic import BaseModel

from stockbridge.connectors.addresses import Resolver, resolve
from stockbridge.connectors.books.quickbooks_online import accounts as money
from stockbridge.connectors.books.quickbooks_online import (
    lists,
    statements,
    stock,
)
from stockbridge.connectors.books.quickbooks_online.client import (
    BATCH_MAX,
    CompanyApi,
)
from stockbridge.connectors.books.quickbooks_online.company import company_of
from stockbridge.connectors.books.quickbooks_online.decode import (
    MAIN_LOCATION,
    customer_of,
    item_of,
)
from stockbridge.connectors.books.quickbooks_online.diagnosis import diagnosed
from stockbridge.connectors.books.quickbooks_online.encode import KINDS
from stockbridge.connectors.books.quickbooks_online.feeds import ListFeed
from stockbridge.connectors.books.quickbooks_online.items import NAME_CHARS_MAX
from stockbridge.connectors.books.quickbooks_online.lookups import look_up
from stockbridge.connectors.books.quickbooks_online.naming import REFERENCE_CHARS_MAX
from stockbridge.connectors.books.quickbooks_online.posting import post_requests
from stockbridge.connectors.books.quickbooks_online.settings import (
    MONEY_KINDS,
    QuickBooksOnlineSettings,
)
from stockbridge.domain.account_movements import Move
from stockbridge.domain.accounting import DocumentKind, SaleForm
from stockbridge.domain.catalog import BooksCustomer, BooksItem, Location, StockLevel
from stockbridge.domain.errors import DefectError
from stockbridge.ports import (
    BooksAccount,
    BooksCapabilities,
    ChosenFrom,
    ConnectionReport,
    Link,
    LookUpResult,
    Page,
    PostRequest,
    PostResult,
    StoredDocument,
)

#: With sales receipts, the default: they are paid already.
CAPABILITIES = BooksCapabilities(
    kinds=KINDS - {DocumentKind.PAYMENT},
    sale_forms=(SaleForm.SALES_RECEIPT, SaleForm.INVOICE),
    documents_per_call_max=BATCH_MAX,
    money_kinds=frozenset(MONEY_KINDS),
    can_choose_form=True,
    sale_moves_stock=True,
    can_link_sales=True,
    reference_chars_max=REFERENCE_CHARS_MAX,
    item_name_chars_max=NAME_CHARS_MAX,
    sale_choices=(
        ("tax_code", ChosenFrom(("tax_codes",))),
        ("class_id", ChosenFrom(("classes",))),
        ("department_id", ChosenFrom(("departments",))),
        ("terms_id", ChosenFrom(("terms",))),
    ),
)


def capabilities_with(settings: BaseModel) -> BooksCapabilities:
    """Return what the books can do with the chosen kind of sale."""
    if not isinstance(settings, QuickBooksOnlineSettings):
        raise DefectError("These are no settings of QuickBooks Online.")
    codes = frozenset(code for code, _percents in settings.tax_rates)
    known = replace(CAPABILITIES, tax_codes=codes, order_fields=settings.order_fields)
    if settings.document == "sales_receipt":
        return known
    forms = tuple(reversed(CAPABILITIES.sale_forms))
    return replace(known, kinds=KINDS, sale_forms=forms)


class QuickBooksOnlineBooks:
    """The port `Books`, over the accounting API v3."""

    def __init__(
        self,
        link: Link,
        *,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        self._api = CompanyApi(link, tls=tls, resolver=resolver)

    @property
    def capabilities(self) -> BooksCapabilities:
        """What QuickBooks Online can do with these settings."""
        return capabilities_with(self._api.settings)

    def check(self) -> ConnectionReport:
        """Test the connection live; explains instead of raising."""
        return diagnosed(self._api)

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        """Write documents; one result per request, in doubt where one is left out."""
        today = self._api.wire.now().date()
        return post_requests(self._api, requests, today=today)

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        """Find out what became of documents whose answer got lost."""
        return look_up(self._api, requests)

    def changed_items(self, cursor: str, *, limit: int) -> Page[BooksItem]:
        """Return items changed since `cursor`."""
        currency = company_of(self._api).currency
        decode = partial(item_of, settings=self._api.settings, currency=currency)
        return ListFeed(self._api, "Item", decode).page(cursor, limit=limit)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[BooksCustomer]:
        """Return customers changed since `cursor`."""
        return ListFeed(self._api, "Customer", customer_of).page(cursor, limit=limit)

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        """Return levels that may have moved since `cursor`."""
        return stock.changed_stock(self._api, cursor, limit=limit)

    def stock(self, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        """Return the levels of these items, read now."""
        return stock.levels_now(self._api, item_ids)

    def locations(self) -> tuple[Location, ...]:
        """Return the one place that holds stock: the company."""
        return (Location(MAIN_LOCATION, company_of(self._api).name or "Main"),)

    def accounts(self) -> tuple[BooksAccount, ...]:
        """Return the active accounts."""
        return lists.accounts(self._api)

    def choices(self) -> Mapping[str, lists.Rows]:
        """Return the other lists that settings are chosen from."""
        return lists.choices(self._api)

    def documents(
        self, first: date, last: date, *, cursor: str, limit: int
    ) -> Page[StoredDocument]:
        """Return documents by business date, both days included."""
        return statements.documents(
            self._api, (first, last), cursor=cursor, limit=limit
        )

    def landing_account(self, kind: DocumentKind, mapped: str) -> str:
        """Return the account that we write for a paid sale, payment or refund."""
        return money.landing_account(self._api, kind, mapped)

    def deposit_accounts(self) -> tuple[str, ...]:
        """Return the accounts that the settings name for money."""
        return money.deposit_accounts(self._api.settings)

    def moves(
        self, first: date, last: date, accounts: Collection[str]
    ) -> tuple[Move, ...]:
        """Return what documents that are no sale, payment or refund moved."""
        return money.moves(self._api, (first, last), accounts)
