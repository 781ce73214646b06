from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("backends", "0002_keys_and_premises")]

    operations = [
        migrations.RenameField("server", "failures", "connect_failures"),
        migrations.AlterField(
            "server",
            "connect_failures",
            models.PositiveSmallIntegerField(default=0, verbose_name="failed connections in a row"),
        ),
        migrations.AddField(
            "server",
            "answer_failures",
            models.PositiveSmallIntegerField(default=0, verbose_name="failed answers in a row"),
        ),
        migrations.AddField("server", "draining", models.BooleanField(default=False, verbose_name="draining")),
    ]
