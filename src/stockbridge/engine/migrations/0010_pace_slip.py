"""How well a pace foretold; envelopes made ahead.

What releases and checks taught of writing is forgotten.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Take each machine for an unknown one: its pace may have come from no writes."""
    apps.get_model("engine", "DeskAccess").objects.update(pace=4.0)


class Migration(migrations.Migration):
    """Add the columns; begin to learn anew."""

    dependencies = [("engine", "0009_open_runs")]
    operations = [
        migrations.AddField("deskaccess", "pace_slip", models.FloatField(default=0.075)),
        migrations.AddField(
            "batch", "made_for", models.CharField(blank=True, max_length=32)
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
