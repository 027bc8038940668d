"""Attempts that an error cut short; who filled sales orders so far goes on doing so.

Filling sales orders from here is the default of what is connected from now on. A
connection that wrote sales orders before there was the choice belongs to somebody who
invoices them, or fills them at the counter: filled from here, too, they would be billed
twice.
"""

from django.db import migrations, models

#: By connector: the setting that says sales order, and what filling by hand is called.
_BY_HAND = {
    "quickbooks_desktop": ("document", "by_hand"),
    "quickbooks_pos": ("sale_document", "counter"),
}


def leave_filling_by_hand(apps, _editor):
    """Write down the choice that nobody was asked for."""
    connection = apps.get_model("engine", "Connection")
    for row in connection.objects.filter(connector__in=list(_BY_HAND)).order_by("pk"):
        form, by_hand = _BY_HAND[row.connector]
        if row.settings.get(form) == "sales_order" and "fills_orders" not in row.settings:
            row.settings = {**row.settings, "fills_orders": by_hand}
            row.save(update_fields=["settings"])


class Migration(migrations.Migration):
    dependencies = [("engine", "0011_customer_changes")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="untried",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(leave_filling_by_hand, migrations.RunPython.noop),
    ]
