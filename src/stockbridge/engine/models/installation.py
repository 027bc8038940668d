"""The installation itself, and who works in it right now."""

import secrets

from django.db import models

from stockbridge.companies.prepared import prepared


def new_uid() -> str:
    """Return a random name that no clone or restore makes again (12 characters)."""
    return secrets.token_hex(6)


class Installation(models.Model):
    """The one row that says which installation this database belongs to."""

    uid = models.CharField(max_length=12, default=new_uid, unique=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # machine and database
    paused_reason = models.CharField(max_length=200, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    epoch = models.BigIntegerField(default=0)  # grows: an old copy is known by it
    nonce = models.CharField(max_length=32, blank=True)  # new with each epoch
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.uid

    @classmethod
    def current(cls) -> "Installation":
        """Return the row, made at first use."""
        return _first.first() or cls.objects.get_or_create(id=1)[0]


@prepared
def _first() -> models.QuerySet[Installation]:
    return Installation.objects.order_by("id")[:1]


class Worker(models.Model):
    """A process that works: who, where, and when it last said so."""

    name = models.CharField(max_length=120, unique=True)
    machine = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class Chore(models.Model):
    """Something done from time to time, by one worker of all."""

    name = models.CharField(max_length=40, unique=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
