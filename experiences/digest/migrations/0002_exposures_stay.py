"""To whom what was sent under which arm cannot be changed afterwards."""

from functools import partial

from django.db import migrations

from courses import append_only
from experiences.digest.history import EXPOSURES


class Migration(migrations.Migration):
    dependencies = [("digest", "0001_initial")]

    operations = [
        migrations.RunPython(
            partial(append_only.install, history=EXPOSURES),
            partial(append_only.remove, history=EXPOSURES),
        )
    ]
