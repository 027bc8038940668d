"""Customer orders: what was sold, and how far it has been handed over."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models.accounts import Account
from stockbridge.backoffice.models.columns import money, of_company, units
from stockbridge.backoffice.models.items import Item
from stockbridge.backoffice.models.locations import Location
from stockbridge.backoffice.models.partners import Partner


class OrderStatus(models.TextChoices):
    """How far an order has come; derived from its lines' quantities."""

    OPEN = "open", _("Open")
    PARTLY_FULFILLED = "partly_fulfilled", _("Partly fulfilled")
    FULFILLED = "fulfilled", _("Fulfilled")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")
    REVERSED = "reversed", _("Reversed")


class LineKind(models.TextChoices):
    """What a line charges for."""

    ITEM = "item", _("Item")
    SHIPPING = "shipping", _("Shipping")
    FEE = "fee", _("Fee")
    DISCOUNT = "discount", _("Discount")
    TAX = "tax", _("Tax")
    GIFT_CARD = "gift_card", _("Gift card")
    ROUNDING = "rounding", _("Rounding")
    ALLOWANCE = "allowance", _("Amount only")  # in refunds


class CustomerOrder(models.Model):
    """The back office's document for a sale.

    Open it commits stock; fulfilled it moves what is on hand. What the lines say
    is never changed; `status`, `paid` and `billed` sum up what later documents did.
    """

    company = of_company("customer_orders")
    number = models.CharField(max_length=40)
    reference = models.CharField(max_length=100, blank=True)  # the store's number
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    status = models.CharField(
        max_length=20, choices=OrderStatus.choices, default=OrderStatus.OPEN
    )
    location = models.ForeignKey(Location, models.PROTECT, related_name="orders")
    business_date = models.DateField()
    placed_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    total = money()  # tax included, as billed
    paid = money()  # received, less given back
    billed = money()  # recognised as sold, less credited
    bill_to = models.JSONField(default=dict, blank=True)
    ship_to = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)
    seq = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "number"], name="order_number_once"
            )
        ]
        indexes = [
            models.Index(fields=["company", "business_date"], name="order_date"),
            models.Index(fields=["company", "reference"], name="order_reference"),
            models.Index(fields=["company", "status"], name="order_status"),
            models.Index(fields=["company", "seq"], name="order_seq"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """Any line of an order. `amount` is without tax, after discounts; tax has lines.

    The counters are sums of what documents did to the line (`DocumentLine`).
    """

    order = models.ForeignKey(CustomerOrder, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="order_lines"
    )
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+"
    )
    moves_stock = models.BooleanField(default=False)
    source_line = models.CharField(max_length=100, blank=True)  # the store's line id
    description = models.CharField(max_length=500, blank=True)
    quantity = units()
    unit_price = money()
    amount = money()
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_replaced = models.BooleanField(default=False)  # by a later form of the order
    fulfilled = units()
    cancelled = units()
    returned = units()  # given back after fulfillment
    restocked = units()  # of those, put back on the shelf
    billed = money()  # recognised as sold; credits do not lower it
    dropped = money()  # taken off before it was billed
    cost = money()  # value of the units handed over, less those put back

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"], name="order_line_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position} {self.description}"

    @property
    def remaining(self) -> Decimal:
        """Units that are still to be handed over."""
        return self.quantity - self.fulfilled - self.cancelled

    @property
    def unbilled(self) -> Decimal:
        """What is still to be recognised as sold."""
        return self.amount - self.billed - self.dropped
