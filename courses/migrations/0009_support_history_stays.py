"""What was set and said of student support stays in its institution, and stands as it was written."""

from functools import partial

from django.db import migrations

from courses import append_only, composite_keys

TABLES = frozenset({"courses_supportchange", "courses_concernnote"})


def _stays(history: append_only.History) -> migrations.RunPython:
    return migrations.RunPython(
        partial(append_only.install, history=history), partial(append_only.remove, history=history)
    )


class Migration(migrations.Migration):
    dependencies = [("courses", "0008_support_history")]

    operations = [
        migrations.RunPython(
            partial(composite_keys.install, app_label="courses", tables=TABLES),
            partial(composite_keys.remove, app_label="courses", tables=TABLES),
        ),
        _stays(append_only.SUPPORT_CHANGES),
        _stays(append_only.CONCERNS),
    ]
