"""Attempts that an error before them cut short."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engine", "0011_customer_changes")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="untried",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
