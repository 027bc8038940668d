"""The Django app of the engine."""

import gc

from django.apps import AppConfig

from stockbridge.engine import checkpoints

#: Objects made before the youngest are looked through for circles, and how many looks
#: at one generation make one at the next. Python's own (700, 10, 10) took every sixth
#: millisecond of an order: its rows and documents go without being looked for.
COLLECT_AFTER = (50_000, 20, 50)


class EngineConfig(AppConfig):
    """The engine."""

    name = "stockbridge.engine"
    label = "engine"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch commits, if a fault test asks for it; look for garbage less often."""
        checkpoints.instrument_from_environment()
        gc.freeze()  # what is loaded by now stays
        gc.set_threshold(*COLLECT_AFTER)
