"""One configured use of a connector, its lease, its cursors and its budgets."""

from typing import TYPE_CHECKING

from django.db import models

from stockbridge.companies.models import Company
from stockbridge.engine.models.installation import new_uid
from stockbridge.engine.vault import SecretsField

if TYPE_CHECKING:
    from stockbridge.engine.models.desk import DeskAccess


class Connection(models.Model):
    """One shop, or one company file."""

    class Status(models.TextChoices):
        """Whether work goes on."""

        NEW = "new", "not tested yet"
        ACTIVE = "active", "working"
        PAUSED = "paused", "paused"
        NEEDS_SIGN_IN = "needs_sign_in", "needs sign-in"
        FAILING = "failing", "failing"

    company = models.ForeignKey(Company, models.CASCADE, related_name="connections")
    uid = models.CharField(max_length=12, default=new_uid, unique=True)
    kind = models.CharField(max_length=5)  # store, books
    connector = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    settings = models.JSONField(default=dict)
    secrets = SecretsField(default=dict)
    facts = models.JSONField(default=dict)  # what the connector remembers
    # Which connections a person said lead to other companies: uid → what was known.
    separate_from = models.JSONField(default=dict)
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.NEW)
    version = models.CharField(max_length=60, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)  # last good answer
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    woken = models.BooleanField(default=False)  # a hint came: look now
    worked_at = models.DateTimeField(null=True, blank=True)  # last job: takes turns
    paused_reason = models.CharField(max_length=200, blank=True)
    status_before_pause = models.CharField(max_length=14, blank=True)
    report = models.JSONField(default=dict)  # the last live check, as shown
    webhooks = models.JSONField(default=dict)  # health, address, mode
    hints = models.JSONField(default=dict)  # feed → ids to look at first
    created_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        desk: "DeskAccess"  # of books that call us

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], name="connection_name_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Lease(models.Model):
    """The right to work on one connection; the fence grows with each taking."""

    connection = models.OneToOneField(
        Connection, models.CASCADE, related_name="lease", primary_key=True
    )
    holder = models.CharField(max_length=120, blank=True)
    machine = models.CharField(max_length=120, blank=True)
    fence = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.holder} until {self.expires_at}"


class Cursor(models.Model):
    """How far one feed of a connection has been read."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="cursors")
    feed = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    round_started_at = models.DateTimeField(null=True, blank=True)
    caught_up_at = models.DateTimeField(null=True, blank=True)  # last time at the end
    records_read = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "feed"], name="one_cursor")
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}/{self.feed}"


class Budget(models.Model):
    """How many calls of one limited thing are left; shared by all workers.

    `key` is what the vendor limits (a store, an app and company file). Tokens
    come back at `per_minute`, up to `burst`.
    """

    key = models.CharField(max_length=120, unique=True)
    per_minute = models.PositiveIntegerField()
    burst = models.PositiveIntegerField()
    tokens = models.FloatField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
