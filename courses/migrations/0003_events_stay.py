"""A stored learning event cannot be changed."""

from django.db import migrations

from courses import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_composite_keys")]

    operations = [migrations.RunPython(append_only.install, append_only.remove)]
