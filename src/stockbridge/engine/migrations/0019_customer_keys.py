"""Customers of the books are found by name and telephone number, by an index."""

from django.db import migrations, models

ROWS = 500
PHONE_DIGITS_MIN = 7


def fill(apps, schema_editor):
    snapshot = apps.get_model("engine", "Snapshot")
    rows = snapshot.objects.filter(feed="customers", connection__kind="books")
    rows = rows.exclude(data=None).order_by("pk")
    after = 0
    while found := list(rows.filter(pk__gt=after).only("pk", "data")[:ROWS]):
        for row in found:
            row.name_key = _name(row.data)[:200] or None
            row.phone_key = _phone(row.data)[:60] or None
        snapshot.objects.bulk_update(found, ["name_key", "phone_key"])
        after = found[-1].pk


def read_again(apps, schema_editor):
    """Read QuickBooks Online's customers once more: inactive ones lose their numbers."""
    cursors = apps.get_model("engine", "Cursor").objects.filter(feed="customers")
    online = cursors.filter(connection__connector="quickbooks_online")
    online.update(value="", caught_up_at=None)


def _name(data):
    """Return the name as it is compared: company, else person, else the plain one."""
    company, first, last, name = (
        _key(data.get(one)) for one in ("company", "first_name", "last_name", "name")
    )
    return company or (f"{first} {last}" if first and last else "") or name


def _key(text):
    return " ".join((text or "").split()).casefold()


def _phone(data):
    phone = data.get("phone") or ""
    digits = "".join(sign for sign in phone if sign in "0123456789")
    digits = digits.removeprefix("00") if phone.lstrip().startswith("00") else digits
    if len(digits) == 11:
        digits = digits.removeprefix("1")
    return digits if len(digits) >= PHONE_DIGITS_MIN else ""


class Migration(migrations.Migration):
    dependencies = [("engine", "0018_prices_that_travel")]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="name_key",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="phone_key",
            field=models.CharField(max_length=60, null=True),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(
                condition=models.Q(("name_key__isnull", False)),
                fields=["connection", "feed", "name_key"],
                name="snapshot_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(
                condition=models.Q(("phone_key__isnull", False)),
                fields=["connection", "feed", "phone_key", "name_key"],
                name="snapshot_by_phone",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(read_again, migrations.RunPython.noop, elidable=True),
    ]
