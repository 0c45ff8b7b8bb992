#!/usr/bin/env python
"""Run a management command inside the project's own virtual environment, from any directory."""

import os
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent


def reexecute_in_venv() -> None:
    python = BASE / ".venv/bin/python"
    inside = Path(sys.prefix).resolve() == (BASE / ".venv").resolve()
    if python.exists() and not inside and not os.environ.get("LECTERN_REEXECUTED"):
        os.environ["LECTERN_REEXECUTED"] = "1"
        os.execv(python, [str(python), *sys.argv])  # noqa: S606
    if sys.version_info < (3, 12):
        sys.exit(f"Python 3.12 or newer is needed; this is {sys.version.split()[0]}. Run `make demo` or `make test`.")


def main() -> None:
    reexecute_in_venv()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard_project.settings")
    sys.path.insert(0, str(BASE))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
