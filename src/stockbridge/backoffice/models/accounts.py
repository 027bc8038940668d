"""The chart of accounts, and which account serves which purpose."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models.columns import of_company


class AccountKind(models.TextChoices):
    """What an account is, which decides on which side it grows."""

    INCOME = "income", _("Income")
    ASSET = "asset", _("Inventory or other asset")
    COST_OF_GOODS_SOLD = "cost_of_goods_sold", _("Cost of goods sold")
    EXPENSE = "expense", _("Expense")
    PURCHASE_VARIANCE = "purchase_variance", _("Purchase variance")
    RECEIVABLE = "receivable", _("Receivable")
    PAYABLE = "payable", _("Payable")
    BANK = "bank", _("Bank or undeposited funds")
    LIABILITY = "liability", _("Liability")
    ROUNDING = "rounding", _("Rounding")
    EQUITY = "equity", _("Equity")


class Purpose(models.TextChoices):
    """What an account is used for where nothing more particular is said."""

    INCOME = "income", _("Sales of items")
    SHIPPING_INCOME = "shipping_income", _("Shipping charged")
    FEE_INCOME = "fee_income", _("Fees charged")
    DISCOUNT = "discount", _("Discounts given")
    ALLOWANCE = "allowance", _("Refunds of an amount only")
    ASSET = "asset", _("Inventory")
    COST_OF_GOODS_SOLD = "cost_of_goods_sold", _("Cost of goods sold")
    EXPENSE = "expense", _("Stock lost and found; purchases of non-stock items")
    PURCHASE_VARIANCE = "purchase_variance", _("Purchase variance")
    RECEIVABLE = "receivable", _("Owed by customers")
    PAYABLE = "payable", _("Owed to vendors")
    DEPOSIT = "deposit", _("Money received")
    CUSTOMER_DEPOSITS = "customer_deposits", _("Paid in advance by customers")
    SALES_TAX = "sales_tax", _("Sales tax")
    GIFT_CARDS = "gift_cards", _("Gift cards")
    ROUNDING = "rounding", _("Rounding")
    OPENING_EQUITY = "opening_equity", _("Opening balances")


class Account(models.Model):
    """One account of a company's books."""

    company = of_company("accounts")
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=20, choices=AccountKind.choices)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "number"], name="account_number_once"
            ),
            models.UniqueConstraint(
                fields=["company", "name"], name="account_name_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class DefaultAccount(models.Model):
    """The account that serves a purpose where a record names none."""

    company = of_company("default_accounts")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    account = models.ForeignKey(Account, models.PROTECT, related_name="purposes")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "purpose"], name="one_default_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.account}"
