"""The Django app of the embedded back office."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """The embedded back office."""

    name = "stockbridge.backoffice"
    label = "backoffice"
    default_auto_field = "django.db.models.BigAutoField"
