"""Rows of the tray stay in their institution, and what was decided stays as it was."""

from functools import partial

from django.db import migrations

from courses import append_only, composite_keys
from experiences.hygiene_tray.history import CHANGES


class Migration(migrations.Migration):
    dependencies = [("hygiene_tray", "0001_initial")]

    operations = [
        migrations.RunPython(
            partial(composite_keys.install, app_label="hygiene_tray"),
            partial(composite_keys.remove, app_label="hygiene_tray"),
        ),
        migrations.RunPython(
            partial(append_only.install, history=CHANGES), partial(append_only.remove, history=CHANGES)
        ),
    ]
