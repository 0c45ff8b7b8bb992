"""A child row cannot point into another tenant."""

from functools import partial

from django.db import migrations

from courses import composite_keys


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        migrations.RunPython(
            partial(composite_keys.install, app_label="courses"),
            partial(composite_keys.remove, app_label="courses"),
        )
    ]
