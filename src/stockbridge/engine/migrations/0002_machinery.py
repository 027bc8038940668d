"""What leases, schedule, restore and erasure remember."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial"), ("engine", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Chore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("mark", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(blank=True, max_length=150)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="erasures",
                        to="companies.company",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                fields=("company", "mark"), name="one_erasure"
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="paused_reason",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="connection",
            name="status_before_pause",
            field=models.CharField(blank=True, max_length=14),
        ),
        migrations.AddField(
            model_name="connection",
            name="worked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="installation",
            name="epoch",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="installation",
            name="nonce",
            field=models.CharField(blank=True, max_length=32),
        ),
    ]
