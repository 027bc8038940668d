"""Stock: what the books said, what orders took, and what the store should show."""

from django.db import models

from stockbridge.engine.models.bridges import Bridge
from stockbridge.engine.models.connections import Connection


class StockReading(models.Model):
    """A stock level of the books, with the time its reading began."""

    books = models.ForeignKey(Connection, models.CASCADE, related_name="readings")
    item_id = models.CharField(max_length=80)
    location_id = models.CharField(max_length=80)
    on_hand = models.DecimalField(max_digits=16, decimal_places=4)
    committed = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    began_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["books", "item_id", "location_id"], name="one_reading"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}@{self.location_id}: {self.on_hand}"


class StockClaim(models.Model):
    """Units that an order took in the store and the books may not know of yet.

    Negative units: goods put back by a refund. In the store's units.
    """

    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="claims")
    order_id = models.CharField(max_length=80)
    line_id = models.CharField(max_length=120)  # order line, or refund/line
    item_id = models.CharField(max_length=80)  # the store's
    units = models.DecimalField(max_digits=16, decimal_places=4)
    is_open = models.BooleanField(default=True)  # the store still holds them
    held = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # units that the store took off its shelf, whatever the books know of it
    committed_at = models.DateTimeField(null=True, blank=True)  # books promise them
    moved_at = models.DateTimeField(null=True, blank=True)  # books moved them
    parted = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # units of them that the books moved before the rest, with parts that shipped; of
    # a refund those that came back to the shelf while the order was open
    parted_at = models.DateTimeField(null=True, blank=True)  # the last of them

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bridge", "order_id", "line_id"], name="one_claim"
            )
        ]
        indexes = [
            models.Index(
                fields=["bridge", "item_id"],
                condition=models.Q(is_open=True),
                name="claim_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} of {self.item_id} by {self.order_id}"


class StockTarget(models.Model):
    """What one store item should show at one store location.

    `is_stale`: desired must be computed again. `is_due`: desired ≠ shown.
    """

    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="targets")
    item_id = models.CharField(max_length=80)
    product_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, default="simple")
    location_id = models.CharField(max_length=80, blank=True)  # the store's
    desired = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    shown = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    agreed = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    moved = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # since both agreed, by orders (less) and refunds (more) that we read
    is_stale = models.BooleanField(default=True)
    is_due = models.BooleanField(default=False)
    is_held = models.BooleanField(default=False)  # by a safety limit or an error
    explanation = models.JSONField(default=dict)
    computed_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bridge", "item_id", "location_id"], name="one_target"
            )
        ]
        indexes = [
            models.Index(
                fields=["bridge", "product_id", "id"],
                condition=models.Q(is_due=True),
                name="target_due",
            ),
            models.Index(
                fields=["bridge", "id"],
                condition=models.Q(is_stale=True),
                name="target_stale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.shown} → {self.desired}"
