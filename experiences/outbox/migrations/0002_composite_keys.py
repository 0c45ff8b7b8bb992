"""A mail cannot be about another tenant's learner."""

from functools import partial

from django.db import migrations

from courses import composite_keys


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.RunPython(
            partial(composite_keys.install, app_label="outbox"),
            partial(composite_keys.remove, app_label="outbox"),
        )
    ]
