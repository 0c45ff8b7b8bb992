#!/usr/bin/env python
"""Run a management command inside the project's own virtual environment, from any directory."""

import os
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent
FLAG = "LECTERN_REEXECUTED"


def reexecute_in_venv() -> None:
    """Replace this process by the same command in `.venv`, if there is one and we are not in it."""
    python = BASE / ".venv/bin/python"
    inside = Path(sys.prefix).resolve() == (BASE / ".venv").resolve()
    # Taken out at once: a child that starts with another Python must go through here too.
    already = os.environ.pop(FLAG, None)
    if python.exists() and not inside and not already:
        os.environ[FLAG] = "1"
        os.execv(python, [str(python), *sys.argv])  # noqa: S606
    if sys.version_info < (3, 12):
        version = sys.version.split()[0]
        sys.exit(f"Python 3.12 or newer is needed; this is {version}. Run `make demo` or `make test`.")


def main() -> None:
    reexecute_in_venv()
    sys.path.insert(0, str(BASE))
    try:
        import django  # noqa: F401
    except ModuleNotFoundError:
        sys.exit("Django is not installed here. `make demo` or `make test` makes a .venv with everything.")
    from dashboard_project.commands import run

    run(sys.argv)


if __name__ == "__main__":
    main()
