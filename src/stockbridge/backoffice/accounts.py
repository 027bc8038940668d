"""The chart of accounts: what a new company starts with, and its defaults."""

from stockbridge.backoffice.models import Account, AccountKind, DefaultAccount, Purpose
from stockbridge.companies.models import Company
from stockbridge.domain.errors import InvalidInputError

#: number, name, kind, the purposes that it serves at first
_CHART: tuple[tuple[str, str, AccountKind, tuple[Purpose, ...]], ...] = (
    ("1000", "Bank", AccountKind.BANK, ()),
    ("1050", "Undeposited Funds", AccountKind.BANK, (Purpose.DEPOSIT,)),
    ("1100", "Accounts Receivable", AccountKind.RECEIVABLE, (Purpose.RECEIVABLE,)),
    ("1300", "Inventory", AccountKind.ASSET, (Purpose.ASSET,)),
    ("2000", "Accounts Payable", AccountKind.PAYABLE, (Purpose.PAYABLE,)),
    ("2100", "Sales Tax Payable", AccountKind.LIABILITY, (Purpose.SALES_TAX,)),
    ("2200", "Customer Deposits", AccountKind.LIABILITY, (Purpose.CUSTOMER_DEPOSITS,)),
    ("2300", "Gift Cards", AccountKind.LIABILITY, (Purpose.GIFT_CARDS,)),
    ("3000", "Opening Balance Equity", AccountKind.EQUITY, (Purpose.OPENING_EQUITY,)),
    ("4000", "Sales", AccountKind.INCOME, (Purpose.INCOME,)),
    ("4100", "Shipping Income", AccountKind.INCOME, (Purpose.SHIPPING_INCOME,)),
    ("4200", "Fees", AccountKind.INCOME, (Purpose.FEE_INCOME,)),
    ("4800", "Discounts", AccountKind.INCOME, (Purpose.DISCOUNT,)),
    ("4900", "Refunds and Allowances", AccountKind.INCOME, (Purpose.ALLOWANCE,)),
    (
        "5000",
        "Cost of Goods Sold",
        AccountKind.COST_OF_GOODS_SOLD,
        (Purpose.COST_OF_GOODS_SOLD,),
    ),
    (
        "5100",
        "Purchase Variance",
        AccountKind.PURCHASE_VARIANCE,
        (Purpose.PURCHASE_VARIANCE,),
    ),
    ("6000", "Inventory Adjustments", AccountKind.EXPENSE, (Purpose.EXPENSE,)),
    ("6900", "Rounding", AccountKind.ROUNDING, (Purpose.ROUNDING,)),
)

#: What kind of account may serve a purpose.
KINDS_FOR: dict[Purpose, frozenset[AccountKind]] = {
    purpose: frozenset({kind}) for _, _, kind, served in _CHART for purpose in served
} | {
    Purpose.DISCOUNT: frozenset({AccountKind.INCOME, AccountKind.EXPENSE}),
    Purpose.ALLOWANCE: frozenset({AccountKind.INCOME, AccountKind.EXPENSE}),
    Purpose.EXPENSE: frozenset({AccountKind.EXPENSE, AccountKind.COST_OF_GOODS_SOLD}),
    Purpose.PURCHASE_VARIANCE: frozenset(
        {
            AccountKind.PURCHASE_VARIANCE,
            AccountKind.COST_OF_GOODS_SOLD,
            AccountKind.EXPENSE,
        }
    ),
    Purpose.ROUNDING: frozenset(
        {AccountKind.ROUNDING, AccountKind.EXPENSE, AccountKind.INCOME}
    ),
}


def make_chart(company: Company) -> None:
    """Give a company its first accounts and defaults; what exists stays."""
    known = {account.name: account for account in company.accounts.all()}
    made = Account.objects.bulk_create(
        Account(company=company, number=number, name=name, kind=kind)
        for number, name, kind, _ in _CHART
        if name not in known
    )
    known |= {account.name: account for account in made}
    served = set(company.default_accounts.values_list("purpose", flat=True))
    DefaultAccount.objects.bulk_create(
        DefaultAccount(company=company, purpose=purpose, account=known[name])
        for _, name, _, purposes in _CHART
        for purpose in purposes
        if purpose not in served
    )


def defaults_of(company: Company) -> dict[str, Account]:
    """Return the account that serves each purpose."""
    rows = company.default_accounts.select_related("account")
    return {row.purpose: row.account for row in rows}


def choose_default(company: Company, purpose: Purpose, account: Account) -> None:
    """Let the account serve the purpose from now on.

    Raises InvalidInputError for an account of another company or of a kind that
    cannot serve it. What is posted stays where it is.
    """
    if account.company_id != company.pk:
        raise InvalidInputError("There is no such account.", field="account")
    if AccountKind(account.kind) not in KINDS_FOR[purpose]:
        fitting = ", ".join(str(kind.label) for kind in sorted(KINDS_FOR[purpose]))
        raise InvalidInputError(
            f"{account} cannot be used for {purpose.label}.",
            field=purpose.value,
            remedy=f"Choose an account of one of these kinds: {fitting}.",
        )
    DefaultAccount.objects.update_or_create(
        company=company, purpose=purpose, defaults={"account": account}
    )
