"""Mark the items that were read before: what stands out is found by an index."""

from django.db import migrations, models

ROWS = 500


def mark(apps, schema_editor):
    snapshot = apps.get_model("engine", "Snapshot")
    rows = snapshot.objects.filter(feed="items").exclude(data=None).order_by("pk")
    after = 0
    while found := list(rows.filter(pk__gt=after).only("pk", "data")[:ROWS]):
        for row in found:
            row.marks = _marks(row.data)
        snapshot.objects.bulk_update(found, ["marks"])
        after = found[-1].pk


def _marks(data):
    if data.get("is_sold_online") is False:
        return "o"
    backorders = "b" if data.get("backorders") else ""
    if data.get("kind") == "variable":
        return "g" + backorders
    inherited = "i" if data.get("is_sku_inherited") else ""
    keeping = {"none": "n", "parent": "p"}.get(data.get("stock_keeping"), "")
    return inherited + keeping + backorders


class Migration(migrations.Migration):
    dependencies = [("engine", "0004_both_ways")]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="marks",
            field=models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.RemoveIndex(
            model_name="snapshot", name="engine_snap_connect_86656e_idx"
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(
                fields=[
                    "connection",
                    "feed",
                    "name",
                    "key",
                    "marks",
                    "deleted_at",
                    "external_id",
                ],
                name="snapshot_listed",
            ),
        ),
        migrations.RemoveIndex(model_name="binding", name="engine_bind_books_c_ef55e6_idx"),
        migrations.AddIndex(
            model_name="binding",
            index=models.Index(
                fields=["books_connection", "kind", "books_id", "store_connection"],
                name="binding_from_books",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
    ]
