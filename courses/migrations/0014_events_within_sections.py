"""An event, and what follows from it, cannot point into another section; the link to the section itself is implied."""

from functools import partial

from django.db import migrations

from courses import composite_keys


class Migration(migrations.Migration):
    dependencies = [("courses", "0013_page_policies")]

    operations = [
        migrations.RunPython(
            partial(composite_keys.install, app_label="courses", tables=composite_keys.FACTS),
            migrations.RunPython.noop,
        )
    ]
