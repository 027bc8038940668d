"""The Django app of the engine."""

from django.apps import AppConfig

from stockbridge.engine import checkpoints


class EngineConfig(AppConfig):
    """The engine."""

    name = "stockbridge.engine"
    label = "engine"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch commits, if a fault test asks for it."""
        checkpoints.instrument_from_environment()
