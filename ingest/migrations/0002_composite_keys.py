"""A dead letter cannot point into another tenant."""

from functools import partial

from django.db import migrations

from courses import composite_keys


class Migration(migrations.Migration):
    dependencies = [("ingest", "0001_dead_letters")]

    operations = [
        migrations.RunPython(
            partial(composite_keys.install, app_label="ingest"),
            partial(composite_keys.remove, app_label="ingest"),
        )
    ]
