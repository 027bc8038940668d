"""The Django app of screens, API and commands."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Screens, API and commands."""

    name = "stockbridge.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
