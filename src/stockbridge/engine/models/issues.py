"""What needs a person: one row per trouble, with what to do about it."""

from django.db import models

from stockbridge.companies.models import Company
from stockbridge.engine.models.bridges import Bridge
from stockbridge.engine.models.connections import Connection


class Issue(models.Model):
    """Something that waits for a person. Opened once, closed when it is mended."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="issues")
    bridge = models.ForeignKey(Bridge, models.CASCADE, null=True, blank=True)
    connection = models.ForeignKey(Connection, models.CASCADE, null=True, blank=True)
    fingerprint = models.CharField(max_length=64)  # code, where, subject
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=8, default="error")  # error, warning
    subject_kind = models.CharField(max_length=12, blank=True)  # order, item …
    subject_id = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    message = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    details = models.JSONField(default=dict)  # missing SKUs, choices, rows
    waiting_count = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=150, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "fingerprint"],
                condition=models.Q(resolved_at__isnull=True),
                name="one_open_issue",
            )
        ]
        indexes = [models.Index(fields=["company", "resolved_at", "opened_at"])]

    def __str__(self) -> str:
        return self.title
