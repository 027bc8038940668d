"""The kinds of object a company has, and what may be done with each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One entity of the API."""

    name: str
    required: tuple[str, ...] = ()  # for a create or a full update
    name_field: str = ""  # what may exist only once; "" = nothing
    is_document: bool = False
    may_create: bool = True
    may_update: bool = True
    may_void: bool = False
    in_cdc: bool = True
    in_webhooks: bool = True

    @property
    def path(self) -> str:
        """Return its name in addresses."""
        return self.name.lower()


PEOPLE = ("Customer", "Vendor", "Employee")  # one space of names
SALES = ("SalesReceipt", "Invoice", "RefundReceipt", "CreditMemo")  # one of numbers
OUTGOING = frozenset({"SalesReceipt", "Invoice"})  # take from stock
INCOMING = frozenset({"RefundReceipt", "CreditMemo"})  # give back to stock

_LISTS = (
    Kind("Customer", name_field="DisplayName"),
    Kind("Vendor", name_field="DisplayName"),
    Kind("Employee", name_field="DisplayName"),
    Kind("Item", ("Name",), "Name"),
    Kind("Account", ("Name",), "Name"),
    Kind("Class", ("Name",), "Name"),
    Kind("Department", ("Name",), "Name"),
    Kind("PaymentMethod", ("Name",), "Name"),
    Kind("Term", ("Name",), "Name"),
    Kind("CompanyCurrency", ("Code",), "Code", in_webhooks=False),
    Kind(
        "TaxCode", may_create=False, may_update=False, in_cdc=False, in_webhooks=False
    ),
    Kind(
        "TaxRate", may_create=False, may_update=False, in_cdc=False, in_webhooks=False
    ),
    Kind(
        "TaxAgency",
        ("DisplayName",),
        "DisplayName",
        may_update=False,
        in_cdc=False,
        in_webhooks=False,
    ),
)
_SINGLES = (
    Kind("CompanyInfo", may_create=False, in_webhooks=False),
    Kind("Preferences", may_create=False),
)
_DOCUMENTS = (
    Kind("SalesReceipt", ("Line",), is_document=True, may_void=True),
    Kind("Invoice", ("Line", "CustomerRef"), is_document=True, may_void=True),
    Kind("RefundReceipt", ("Line", "DepositToAccountRef"), is_document=True),
    Kind("CreditMemo", ("Line", "CustomerRef"), is_document=True),
    Kind("Payment", ("CustomerRef", "TotalAmt"), is_document=True, may_void=True),
    Kind("Deposit", ("Line", "DepositToAccountRef"), is_document=True),
    Kind("Transfer", ("FromAccountRef", "ToAccountRef", "Amount"), is_document=True),
    Kind("Purchase", ("Line", "AccountRef", "PaymentType"), is_document=True),
    Kind("JournalEntry", ("Line",), is_document=True),
    Kind(
        "InventoryAdjustment",
        ("Line", "AdjustAccountRef"),
        is_document=True,
        in_webhooks=False,
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in (*_LISTS, *_SINGLES, *_DOCUMENTS)}
BY_PATH: dict[str, Kind] = {kind.path: kind for kind in KINDS.values()}
