"""Groups of work that one act or one tick caused: previewed, watched, undone."""

from django.conf import settings
from django.db import models

from stockbridge.companies.models import Company
from stockbridge.engine.models.bridges import Bridge


class Run(models.Model):
    """One act: an import, an export, a stock push, an undo."""

    class Kind(models.TextChoices):
        """What was asked for."""

        IMPORT_ORDERS = "import_orders", "Import orders"
        LINK_ORDERS = "link_orders", "Link orders"
        IMPORT_CUSTOMERS = "import_customers", "Import customers"
        IMPORT_ITEMS = "import_items", "Import items"
        EXPORT_ITEMS = "export_items", "Export items"
        PUSH_STOCK = "push_stock", "Sync stock"
        PUSH_PRICES = "push_prices", "Send prices"
        TAKE_STOCK = "take_stock", "Take the store's quantities"
        REFRESH = "refresh", "Refresh"
        AUTOMATIC = "automatic", "Automatic"
        UNDO = "undo", "Undo"

    class State(models.TextChoices):
        """Where it stands."""

        PREVIEWING = "previewing", "preparing the preview"
        PREVIEW = "preview", "waiting for approval"
        EXPIRED = "expired", "preview expired"
        RUNNING = "running", "running"
        STOPPING = "stopping", "stopping"
        STOPPED = "stopped", "stopped"
        DONE = "done", "done"
        FAILED = "failed", "failed"
        HALTED = "halted", "stopped by a safety limit"
        UNDONE = "undone", "undone"

    company = models.ForeignKey(Company, models.CASCADE, related_name="runs")
    bridge = models.ForeignKey(Bridge, models.CASCADE, null=True, related_name="runs")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices)
    parameters = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    summary = models.JSONField(default=dict)  # counts, money by account
    message = models.TextField(blank=True)
    undoes = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="undone_by"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "created_at"]),
            models.Index(fields=["state", "bridge"]),  # open ones, among all that were
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id}"


class RunRow(models.Model):
    """One line of a preview: what would happen to one subject, and what did."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="rows")
    subject_kind = models.CharField(max_length=12)  # order, item, customer, stock
    subject_id = models.CharField(max_length=80)
    label = models.CharField(max_length=300)
    action = models.CharField(max_length=12)  # create, change, skip, hold
    reason = models.TextField(blank=True)
    digest = models.CharField(max_length=32, blank=True)  # what was approved
    details = models.JSONField(default=dict)  # before, after, money by account
    is_approved = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, blank=True)  # done, skipped, failed …
    message = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "subject_kind", "subject_id"], name="one_run_row"
            )
        ]
        indexes = [models.Index(fields=["run", "action", "id"])]

    def __str__(self) -> str:
        return f"{self.action} {self.label}"


class Effect(models.Model):
    """What safety limits count: one effect on the outside, with its time."""

    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="effects")
    kind = models.CharField(max_length=20)  # zeroed, repriced, created, posted
    subject_id = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=20, decimal_places=6, default=1)
    at = models.DateTimeField()
    was_acknowledged = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["bridge", "kind", "at", "was_acknowledged"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
