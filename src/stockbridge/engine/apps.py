"""The Django app of the engine."""

from django.apps import AppConfig


class EngineConfig(AppConfig):
    """The engine."""

    name = "stockbridge.engine"
    label = "engine"
    default_auto_field = "django.db.models.BigAutoField"
