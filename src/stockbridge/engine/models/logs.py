"""What happened, for people: log lines, exchanges with the outside, alerts."""

from django.db import models

from stockbridge.companies.models import Company
from stockbridge.engine.models.connections import Connection


class LogEntry(models.Model):
    """One line of a connection's log, in the user's words."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="log_entries")
    connection = models.ForeignKey(
        Connection, models.CASCADE, null=True, related_name="log_entries"
    )
    channel = models.CharField(max_length=16)  # see logbook.Line
    level = models.CharField(max_length=8)  # info, warning, error
    message = models.TextField()
    subject_kind = models.CharField(max_length=12, blank=True)
    subject_id = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["company", "at"]),
            models.Index(fields=["company", "channel", "at"]),
            models.Index(fields=["connection", "at"]),
        ]

    def __str__(self) -> str:
        return self.message


class ExchangeLog(models.Model):
    """One request to or from the outside and its answer, redacted."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="exchanges")
    at = models.DateTimeField()
    is_incoming = models.BooleanField(default=False)
    method = models.CharField(max_length=10)
    address = models.TextField()
    status = models.PositiveSmallIntegerField(null=True)
    elapsed_ms = models.PositiveIntegerField(default=0)
    request = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["connection", "at"])]

    def __str__(self) -> str:
        return f"{self.method} {self.address}: {self.status}"


class AlertChannel(models.Model):
    """Where a company wants to hear of trouble."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="alert_channels")
    kind = models.CharField(max_length=8)  # email, webhook
    address = models.CharField(max_length=300)
    events = models.JSONField(default=list)  # empty: all
    daily_summary = models.BooleanField(default=False)
    held_longer_than_h = models.PositiveIntegerField(default=24)
    last_summary_on = models.DateField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.address
