"""The outbox: documents on their way into the books, and every move they made."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from stockbridge.companies.models import Company
from stockbridge.domain.delivery import LIVE, State
from stockbridge.engine.models.bridges import Bridge
from stockbridge.engine.models.connections import Connection
from stockbridge.engine.models.installation import new_uid
from stockbridge.engine.models.runs import Run

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

AHEAD = "ahead"  # the kind of a batch that has not left, see desk/ahead.py
LIVE_VALUES = sorted(state.value for state in LIVE)


class Batch(models.Model):
    """Several requests in one envelope. Kept before it leaves; never changes."""

    uid = models.CharField(max_length=12, default=new_uid, unique=True)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="batches")
    fence = models.BigIntegerField()
    body = models.BinaryField()  # the bytes, or the documents where we post directly
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    #: For books that call us: what the bytes ask for, so that a late answer finds it.
    kind = models.CharField(max_length=10, default="write")
    requests = models.JSONField(default=list)
    made_for = models.CharField(max_length=32, blank=True)  # see desk/ahead.py
    members = models.JSONField(default=list)  # ids of the deliveries it was made for
    guess_s = models.FloatField(default=0.0)  # how long we thought it would take
    books_now = models.DateTimeField(null=True, blank=True)  # the books' clock before
    settled_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # Rows are large: who looks for one of a kind must not read past them all.
        indexes = [models.Index(fields=["connection", "kind", "fence"])]

    def __str__(self) -> str:
        return self.uid


class Delivery(models.Model):
    """One document on its way into the books (domain/delivery.py has its life)."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="deliveries")
    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="deliveries"
    )  # the books
    bridge = models.ForeignKey(
        Bridge, models.CASCADE, null=True, related_name="deliveries"
    )  # null: shared by bridges (customer, item)
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=200)
    generation = models.PositiveIntegerField(default=1)
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in State]
    )
    document = models.JSONField(null=True)
    digest = models.CharField(max_length=32)  # of the document's substance
    reference = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300, blank=True)
    business_date = models.DateField(null=True, blank=True)
    total = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True)
    run = models.ForeignKey(
        Run, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    batch = models.ForeignKey(
        Batch, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    attempt_id = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    untried = models.PositiveIntegerField(default=0)  # attempts that an error cut short
    basis = models.TextField(blank=True)  # what was read for it before it leaves
    unreadable = models.PositiveSmallIntegerField(default=0)  # 1: suspected, 2: proven
    misses = models.PositiveIntegerField(default=0)  # look-ups that found nothing
    not_before = models.DateTimeField(null=True, blank=True)
    #: Held until one of these settings of the books' connection is changed: a,b.
    waits_for = models.CharField(max_length=200, blank=True)
    was_refused = models.BooleanField(default=False)  # proven: generation grows
    #: Not written by us: a person linked it to a document that was there already.
    is_linked = models.BooleanField(default=False)
    books_id = models.CharField(max_length=80, blank=True)
    books_number = models.CharField(max_length=80, blank=True)
    books_version = models.CharField(max_length=80, blank=True)
    error = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        sources: RelatedManager["DeliverySource"]
        needs: RelatedManager["DeliveryNeed"]
        events: RelatedManager["DeliveryEvent"]

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=LIVE_VALUES),
                name="one_live_delivery_per_key",
            )
        ]
        indexes = [
            models.Index(fields=["connection", "state", "id"]),
            models.Index(fields=["connection", "bridge", "kind"]),
            models.Index(fields=["company", "state", "id"]),
            models.Index(fields=["company", "changed_at"]),
            models.Index(fields=["key"]),
            models.Index(fields=["bridge", "business_date"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference} ({self.state})"


class DeliverySource(models.Model):
    """What a delivery books: a source, its revision and its share of the amount.

    A delivery may have many sources (a daily summary); no effect of a source is
    in two live deliveries.
    """

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="sources")
    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)  # order, refund
    source_id = models.CharField(max_length=80)
    order_id = models.CharField(max_length=80, blank=True)  # whose plan it belongs to
    effect = models.CharField(max_length=60)  # sale, payment, fulfillment, refund …
    revision = models.CharField(max_length=32)
    amount = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bridge", "kind", "source_id", "effect"],
                condition=Q(is_live=True),
                name="no_effect_in_two_live_documents",
            )
        ]
        indexes = [models.Index(fields=["bridge", "order_id"])]

    def __str__(self) -> str:
        return f"{self.effect} of {self.kind} {self.source_id}"


class DeliveryNeed(models.Model):
    """`delivery` leaves only when `needed` is posted."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="needs")
    needed = models.ForeignKey(Delivery, models.CASCADE, related_name="needed_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "needed"], name="one_need")
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} needs {self.needed_id}"


class DeliveryEvent(models.Model):
    """One move of a delivery through its state table, for ever."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    event = models.CharField(max_length=14)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    by = models.CharField(max_length=150, blank=True)  # person or worker

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.event}: {self.before} → {self.after}"
