"""A store joined to books: options, mappings, and the pairs of records."""

from django.db import models

from stockbridge.companies.models import Company
from stockbridge.engine.models.connections import Connection
from stockbridge.engine.models.installation import new_uid


class Bridge(models.Model):
    """One store connection joined to one books connection."""

    class Sales(models.TextChoices):
        """Whether the sales of the store are booked through this bridge."""

        HERE = "here", "booked here"
        ASKED = "asked", "held: a person chooses"
        ELSEWHERE = "elsewhere", "booked by the other books"

    company = models.ForeignKey(Company, models.CASCADE, related_name="bridges")
    uid = models.CharField(max_length=12, default=new_uid, unique=True)
    store = models.ForeignKey(
        Connection, models.PROTECT, related_name="bridges_as_store"
    )
    books = models.ForeignKey(
        Connection, models.PROTECT, related_name="bridges_as_books"
    )
    options = models.JSONField(default=dict)  # engine.options.BridgeOptions
    is_enabled = models.BooleanField(default=False)
    # Where the store is joined to other books of the same company, too.
    sales = models.CharField(max_length=9, choices=Sales.choices, default=Sales.HERE)
    activated_at = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(null=True, blank=True)
    last_stock_at = models.DateTimeField(null=True, blank=True)
    walked_at = models.DateTimeField(null=True, blank=True)
    stock_window_ms = models.PositiveIntegerField(null=True, blank=True)
    # Items are linked anew once they changed on either side: a count of that, and
    # where it stood when all of them were last looked at, and when that was.
    items_changed = models.BigIntegerField(default=1)
    links_looked = models.BigIntegerField(default=0)
    links_at = models.DateTimeField(null=True, blank=True)
    # Since when changes of customers are carried by themselves; null: they are not.
    customers_since = models.DateTimeField(null=True, blank=True)
    # The same of items, and how far those were looked at, as a count and a time.
    items_since = models.DateTimeField(null=True, blank=True)
    items_looked = models.BigIntegerField(default=0)
    items_looked_at = models.DateTimeField(null=True, blank=True)
    # Since when records that are created in the store are created in the books, too.
    new_items_since = models.DateTimeField(null=True, blank=True)
    new_customers_since = models.DateTimeField(null=True, blank=True)
    # The same of prices, and which prices of the books' items they were.
    prices_since = models.DateTimeField(null=True, blank=True)
    prices_by = models.CharField(max_length=60, blank=True)
    checklist = models.JSONField(default=dict)  # what a person ticked
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "books"], name="one_bridge")
        ]

    def __str__(self) -> str:
        return f"{self.store} → {self.books}"


class Mapping(models.Model):
    """A user's choice of how one kind of thing translates."""

    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="mappings")
    kind = models.CharField(max_length=30)  # see `mapping_kinds`, and others
    store_key = models.CharField(max_length=200)
    label = models.CharField(max_length=200, blank=True)
    value = models.JSONField(default=dict)  # {"account_id": …, "document": …}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bridge", "kind", "store_key"], name="one_mapping"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.store_key}"


class Binding(models.Model):
    """The stored pair of one record in a store and its counterpart in the books.

    Items may pair many to many, each with a factor: one pack in the store is
    `factor` units in the books.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="bindings")
    store_connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    books_connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)  # item, customer
    store_id = models.CharField(max_length=80)
    books_id = models.CharField(max_length=80)
    factor = models.DecimalField(max_digits=12, decimal_places=4, default=1)
    matched_by = models.CharField(max_length=40)  # sku, lookup code, hand, created …
    # What the store said when both last agreed, and which of its revisions was looked
    # at since (`record_changes`).
    agreed = models.JSONField(null=True)
    looked = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "store_connection",
                    "books_connection",
                    "kind",
                    "store_id",
                    "books_id",
                ],
                name="one_binding",
            )
        ]
        indexes = [
            models.Index(
                fields=["store_connection", "books_connection", "kind", "store_id"]
            ),
            models.Index(
                fields=["books_connection", "kind", "books_id", "store_connection"],
                name="binding_from_books",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.store_id} = {self.books_id}"
