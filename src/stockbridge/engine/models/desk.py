"""Books that call us: who may come to the desk, and the conversations held there."""

from django.db import models

from stockbridge.engine.models.connections import Connection
from stockbridge.engine.models.deliveries import Batch


class DeskAccess(models.Model):
    """Who may come to a connection's desk, and how the caller was last seen."""

    connection = models.OneToOneField(
        Connection, models.CASCADE, related_name="desk", primary_key=True
    )
    user_name = models.CharField(max_length=60, unique=True)
    password_hash = models.CharField(max_length=200)
    file_id = models.CharField(max_length=36)  # a UUID; one per connection
    every_minutes = models.PositiveIntegerField(default=10)
    quiet_from = models.TimeField(null=True, blank=True)  # in the company's time zone
    quiet_until = models.TimeField(null=True, blank=True)
    company_path = models.CharField(max_length=300, blank=True)
    company_identity = models.CharField(max_length=200, blank=True)  # the right file
    caller_version = models.CharField(max_length=60, blank=True)
    pace = models.FloatField(default=4.0)  # how much slower than the first guess
    pace_slip = models.FloatField(default=0.075)  # how much longer than foretold
    read_pace = models.FloatField(default=4.0)  # as pace, of asking
    limit_s = models.FloatField(default=120.0)  # after which this caller breaks off
    broke_s = models.FloatField(default=0.0)  # when the last one broke off early
    last_call_at = models.DateTimeField(null=True, blank=True)
    last_sign_in_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)  # last wrong password

    class Meta:
        verbose_name_plural = "desk accesses"

    def __str__(self) -> str:
        return self.user_name


class Conversation(models.Model):
    """One caller's visit: from sign-in until it closes, or is given up."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="conversations"
    )
    ticket = models.CharField(max_length=64, unique=True)
    holder = models.CharField(max_length=120)  # of the connection's lease
    fence = models.BigIntegerField()
    began_at = models.DateTimeField()
    last_call_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    company_path = models.CharField(max_length=300, blank=True)  # as the caller said
    is_checked = models.BooleanField(default=False)  # it is the right company
    books_now = models.DateTimeField(null=True, blank=True)  # the books' own clock
    batch = models.ForeignKey(
        Batch, models.SET_NULL, null=True, blank=True, related_name="+"
    )  # the envelope whose answer is awaited
    cursors = models.JSONField(default=dict)  # feeds being read: name → cursor
    done_feeds = models.JSONField(default=list)  # read to their end, or given up
    failed_feeds = models.JSONField(default=list)  # one entry per page that failed
    looked_up = models.JSONField(default=list)  # deliveries looked up in this visit
    writes_in_row = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    posted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)  # what `getLastError` says

    class Meta:
        indexes = [models.Index(fields=["connection", "ended_at"])]

    def __str__(self) -> str:
        return f"{self.connection} {self.began_at:%Y-%m-%d %H:%M}"
