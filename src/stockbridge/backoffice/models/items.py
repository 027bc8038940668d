"""Items and the codes under which they are found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models.accounts import Account
from stockbridge.backoffice.models.columns import (
    money,
    of_company,
    optional_money,
)


class ItemKind(models.TextChoices):
    """Whether an item has a quantity on hand."""

    TRACKED = "tracked", _("Tracked in stock")
    NON_STOCK = "non_stock", _("Not tracked")
    SERVICE = "service", _("Service")


class Item(models.Model):
    """What is sold and stocked, one row per thing that can be counted.

    `sku_key` and `upc` are unique in a company unless empty. `seq` grows with each
    change, over all items of a company: who has read up to it misses nothing.
    """

    company = of_company("items")
    sku = models.CharField(_("SKU"), max_length=100, blank=True)
    sku_key = models.CharField(max_length=100, blank=True, editable=False)
    name = models.CharField(_("Name"), max_length=255)
    description = models.TextField(_("Description"), blank=True)
    upc = models.CharField(_("UPC"), max_length=20, blank=True)
    kind = models.CharField(
        _("Kind"), max_length=10, choices=ItemKind.choices, default=ItemKind.TRACKED
    )
    price = optional_money()
    sale_price = optional_money()
    cost = money()  # what a unit is taken to cost where stock cannot tell
    currency = models.CharField(max_length=3)
    department = models.CharField(_("Department"), max_length=100, blank=True)
    attribute = models.CharField(_("Attribute"), max_length=100, blank=True)
    size = models.CharField(_("Size"), max_length=100, blank=True)
    income_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asset_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cost_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )
    expense_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )
    variance_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_sold_online = models.BooleanField(_("Sell online"), default=True)
    is_active = models.BooleanField(_("Active"), default=True)
    marker = models.CharField(max_length=200, blank=True)  # who made it, for look-up
    seq = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sku_key"],
                condition=~Q(sku_key=""),
                name="item_sku_once",
            ),
            models.UniqueConstraint(
                fields=["company", "upc"], condition=~Q(upc=""), name="item_upc_once"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "seq"], name="item_seq"),
            models.Index(fields=["company", "name"], name="item_name"),
            models.Index(fields=["company", "changed_at"], name="item_changed"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_tracked(self) -> bool:
        """Whether it has a quantity on hand."""
        return self.kind == ItemKind.TRACKED


class LookupCode(models.Model):
    """What a cashier types or scans to find an item; unique in a company."""

    company = of_company("lookup_codes")
    item = models.ForeignKey(Item, models.CASCADE, related_name="lookup_codes")
    code = models.CharField(max_length=100)
    code_key = models.CharField(max_length=100, editable=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code_key"], name="lookup_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.code
