from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0003_codes_and_walks'),
    ]

    operations = [
        migrations.AddField(
            model_name='stockclaim',
            name='held',
            field=models.DecimalField(decimal_places=4, default=0, max_digits=16),
        ),
        migrations.AddField(
            model_name='stocktarget',
            name='agreed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='stocktarget',
            name='moved',
            field=models.DecimalField(decimal_places=4, default=0, max_digits=16),
        ),
    ]
