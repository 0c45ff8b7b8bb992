"""No row of the console points into another tenant, and what happened to a decision cannot be changed."""

from functools import partial

from django.db import migrations

from courses import append_only, composite_keys

HISTORY = append_only.History("decision_console_decisionevent", "the history of decisions is append-only")


class Migration(migrations.Migration):
    dependencies = [("decision_console", "0001_initial")]

    operations = [
        migrations.RunPython(
            partial(composite_keys.install, app_label="decision_console"),
            partial(composite_keys.remove, app_label="decision_console"),
        ),
        migrations.RunPython(
            partial(append_only.install, history=HISTORY),
            partial(append_only.remove, history=HISTORY),
        ),
    ]
