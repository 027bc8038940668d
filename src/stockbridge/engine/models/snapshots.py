"""The last state seen of each outside record, and what became of it."""

from django.db import models

from stockbridge.engine.models.bridges import Bridge
from stockbridge.engine.models.connections import Connection


class Snapshot(models.Model):
    """The last state that we saw of one external record.

    The columns beside `data` are copies for searching and sorting; `key` is the
    order number, SKU or e-mail address.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="snapshots")
    feed = models.CharField(max_length=20)  # orders, items, customers
    external_id = models.CharField(max_length=80)
    digest = models.CharField(max_length=32)
    data = models.JSONField(null=True)  # the domain value; null once erased
    key = models.CharField(max_length=200, blank=True)
    match_key = models.CharField(max_length=200, blank=True)  # normalised
    # Of a customer of the books, besides the e-mail address: as it is compared.
    name_key = models.CharField(max_length=200, null=True)
    phone_key = models.CharField(max_length=60, null=True)
    name = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=40, blank=True)
    group_id = models.CharField(max_length=80, blank=True)  # product of an item
    marks = models.CharField(max_length=10, blank=True)  # of an item: item_marks
    at = models.DateTimeField(null=True, blank=True)  # placed; created
    amount = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True)
    quantity = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    is_plan_due = models.BooleanField(default=False)
    walk_mark = models.CharField(max_length=64, blank=True)  # of the last walk
    walked_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)  # why it cannot be read

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "feed", "external_id"], name="one_snapshot"
            )
        ]
        indexes = [
            models.Index(fields=["connection", "feed", "at", "id"]),
            models.Index(fields=["connection", "feed", "key"]),
            models.Index(fields=["connection", "feed", "match_key"]),
            # Lists and searches by name, SKU and marks read this index alone.
            models.Index(
                fields=[
                    "connection",
                    "feed",
                    "name",
                    "key",
                    "marks",
                    "deleted_at",
                    "external_id",
                ],
                name="snapshot_listed",
            ),
            models.Index(fields=["connection", "feed", "status", "at"]),
            models.Index(
                fields=["connection", "id"],
                condition=models.Q(is_plan_due=True),
                name="snapshot_plan_due",
            ),
            # Only customers of the books have these: all other rows cost nothing.
            models.Index(
                fields=["connection", "feed", "name_key"],
                condition=models.Q(name_key__isnull=False),
                name="snapshot_by_name",
            ),
            models.Index(
                fields=["connection", "feed", "phone_key", "name_key"],
                condition=models.Q(phone_key__isnull=False),
                name="snapshot_by_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed} {self.key or self.external_id}"


class ItemCode(models.Model):
    """One code by which an item of the books can be found, normalised."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="item_codes"
    )
    external_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)  # sku, lookup, upc
    code = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id", "kind", "code"],
                name="one_item_code",
            )
        ]
        indexes = [models.Index(fields=["connection", "code"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Disposition(models.Model):
    """What became of one source's revision at one bridge. The newest is current."""

    class Outcome(models.TextChoices):
        """The end of each order and of each later change."""

        PLANNED = "planned", "waiting to be sent"
        POSTED = "posted", "in the books"
        HELD = "held", "needs you"
        WAITING = "waiting", "not complete yet"  # unpaid; looked at again
        EXCLUDED = "excluded", "excluded"  # by a rule, a date, a switch
        IGNORED = "ignored", "nothing to book"
        SUPERSEDED = "superseded", "replaced by a later change"
        BOOKED_ELSEWHERE = "booked_elsewhere", "booked elsewhere"
        SALE_NOT_IN_BOOKS = "sale_not_in_books", "its sale is not in the books"
        UNDONE = "undone", "undone"
        UNREADABLE = "unreadable", "cannot be read"

    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="dispositions")
    source_kind = models.CharField(max_length=12)  # order, refund
    source_id = models.CharField(max_length=80)
    revision = models.CharField(max_length=32)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    code = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    is_by_hand = models.BooleanField(default=False)  # chosen by a person
    settled = models.JSONField(default=list)  # holds that a person put aside
    order_id = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bridge", "source_kind", "source_id", "revision"],
                name="one_disposition",
            ),
            models.UniqueConstraint(
                fields=["bridge", "source_kind", "source_id"],
                condition=models.Q(is_current=True),
                name="one_current_disposition",
            ),
        ]
        indexes = [
            models.Index(fields=["bridge", "source_kind", "outcome"]),
            models.Index(fields=["bridge", "order_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.source_kind} {self.source_id}: {self.outcome}"
