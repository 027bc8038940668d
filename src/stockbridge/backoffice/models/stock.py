"""Locations, stock movements, and the levels that are their sums."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models.append_only import AppendOnly, AppendOnlyQuerySet
from stockbridge.backoffice.models.columns import money, of_company, units
from stockbridge.backoffice.models.documents import PostedDocument
from stockbridge.backoffice.models.items import Item
from stockbridge.backoffice.models.locations import Location


class MovementKind(models.TextChoices):
    """Why a quantity on hand changed."""

    OPENING = "opening", _("Opening quantity")
    SALE = "sale", _("Sale")
    RETURN = "return", _("Return")
    RECEIPT = "receipt", _("Goods received")
    ADJUSTMENT = "adjustment", _("Adjustment")
    TRANSFER = "transfer", _("Transfer")
    REVERSAL = "reversal", _("Reversal")


class StockMovement(AppendOnly):
    """A change of a quantity on hand, and of the value that it stands for."""

    company = of_company("stock_movements")
    document = models.ForeignKey(
        PostedDocument, models.PROTECT, related_name="movements"
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="movements")
    location = models.ForeignKey(Location, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=MovementKind.choices)
    quantity = units()
    value = money()  # in the company's currency, whole coins
    reason = models.CharField(max_length=200, blank=True)
    moved_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "moved_at"], name="movement_time"),
            models.Index(fields=["item", "location"], name="movement_level"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+} × {self.item_id} at {self.location_id}"


class StockLevel(models.Model):
    """How many of an item are at a location; always the sum of its movements.

    `seq` grows with each change over all levels of a company: who has read up to
    it misses nothing. `value` is the sum of the movements' values.
    """

    company = of_company("stock_levels")
    item = models.ForeignKey(Item, models.PROTECT, related_name="levels")
    location = models.ForeignKey(Location, models.PROTECT, related_name="levels")
    on_hand = units()
    committed = units()
    value = money()
    seq = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "location"], name="one_level_per_location"
            )
        ]
        indexes = [models.Index(fields=["company", "seq"], name="level_seq")]

    def __str__(self) -> str:
        return f"{self.on_hand} × {self.item_id} at {self.location_id}"

    @property
    def available(self) -> Decimal:
        """On hand, less what open orders promise."""
        return self.on_hand - self.committed
