"""What a person arranged in a section stays in the section's own institution."""

from functools import partial

from django.db import migrations

from courses import composite_keys

TABLES = frozenset({"courses_layout", "courses_savedview"})


class Migration(migrations.Migration):
    dependencies = [("courses", "0010_personal")]

    operations = [
        migrations.RunPython(
            partial(composite_keys.install, app_label="courses", tables=TABLES),
            partial(composite_keys.remove, app_label="courses", tables=TABLES),
        )
    ]
