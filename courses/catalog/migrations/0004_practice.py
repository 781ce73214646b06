from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_deadlines'),
    ]

    operations = [
        migrations.AddField(
            model_name='exercise',
            name='practice',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='exercise',
            name='prefill',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
