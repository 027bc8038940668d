"""What each linked item of a store should cost there, and what it costs."""

from django.db import models

from stockbridge.engine.models.bridges import Bridge


class PriceTarget(models.Model):
    """What one store item should cost, where the books' changes travel by themselves.

    `is_stale`: it must be looked at again. `standing`: domain/price_changes.py.
    """

    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="price_targets")
    item_id = models.CharField(max_length=80)
    product_id = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, default="simple")
    currency = models.CharField(max_length=3, blank=True)
    wanted_price = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    wanted_sale = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    shown_price = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    shown_sale = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    is_shown_dated = models.BooleanField(default=False)
    standing = models.CharField(max_length=8, blank=True)  # "" = never looked at
    reason = models.TextField(blank=True)  # why it stands there, for a person
    is_stale = models.BooleanField(default=True)
    is_sent = models.BooleanField(default=False)  # a write left, unanswered
    counted = models.CharField(max_length=32, blank=True)  # moves that limits know of
    allowed = models.CharField(max_length=32, blank=True)  # prices a person allowed
    typed_at = models.DateTimeField(null=True, blank=True)  # in the store, by somebody
    looked_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bridge", "item_id"], name="one_price_target"
            )
        ]
        indexes = [
            models.Index(
                fields=["bridge", "product_id", "id"],
                condition=models.Q(standing="due"),
                name="price_due",
            ),
            models.Index(
                fields=["bridge", "id"],
                condition=models.Q(is_stale=True),
                name="price_stale",
            ),
            models.Index(fields=["bridge", "standing", "id"], name="price_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.shown_price} → {self.wanted_price}"
