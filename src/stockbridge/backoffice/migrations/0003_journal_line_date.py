"""The journal's lines carry company and day, as the journal is read by them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    line = apps.get_model("backoffice", "JournalLine")
    entry = apps.get_model("backoffice", "JournalEntry")
    own = entry.objects.filter(pk=OuterRef("entry_id"))
    line.objects.update(
        company_id=Subquery(own.values("company_id")[:1]),
        business_date=Subquery(own.values("business_date")[:1]),
    )


class Migration(migrations.Migration):
    # PostgreSQL cannot alter a table with pending constraint checks of the same run.
    atomic = False

    dependencies = [
        ("companies", "0001_initial"),
        ("backoffice", "0002_ledger_currency"),
    ]

    operations = [
        migrations.AddField(
            "journalline",
            "company",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="journal_lines",
                to="companies.company",
            ),
        ),
        migrations.AddField(
            "journalline", "business_date", models.DateField(null=True)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "journalline",
            "company",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="journal_lines",
                to="companies.company",
            ),
        ),
        migrations.AlterField("journalline", "business_date", models.DateField()),
        migrations.AddIndex(
            "journalline",
            models.Index(
                fields=["company", "business_date"], name="journal_line_date"
            ),
        ),
    ]
