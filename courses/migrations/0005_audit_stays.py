"""An audit entry cannot be changed, nor deleted before two years have passed."""

from functools import partial

from django.db import migrations

from courses import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0004_audit_entries")]

    operations = [
        migrations.RunPython(
            partial(append_only.install, history=append_only.AUDIT),
            partial(append_only.remove, history=append_only.AUDIT),
        )
    ]
