"""Surroundings that do not fit: one clear line, an exit code, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Tags
from django.core.checks.registry import registry

from dashboard_project.commands import Utility
from tests.dashboard_project.processes import MANAGE, ROOT, manage, surroundings
from tests.ingest.bundle.files import write_zip
from tests.once import put_a_migrated_database_into

pytestmark = pytest.mark.proves("P10")

UNFIT = {
    "an unknown database": ({"DATABASE_URL": "mysql://h/x"}, "expected sqlite:///path or postgres://"),
    "a folder that is not there": ({"DATABASE_URL": "sqlite:////nonexistent/x"}, "unable to open database file"),
    "a file that is no database": ({"DATABASE_URL": f"sqlite:///{MANAGE}"}, "file is not a database"),
    "no key outside DEBUG": ({"DEBUG": "0"}, "SECRET_KEY must be set"),
    "a port that is none": ({"PORT": "eighty"}, "PORT: expected a port"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_surroundings_that_do_not_fit_are_told_in_one_line(tmp_path: Path, case: str) -> None:
    values, message = UNFIT[case]

    done = manage(tmp_path, "migrate", **values)

    assert done.returncode == 1
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database_without_tables_says_migrate(tmp_path: Path) -> None:
    done = manage(tmp_path, "clearsessions")

    assert done.returncode == 1
    assert "manage.py migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_traceback_shows_the_whole_story(tmp_path: Path) -> None:
    done = manage(tmp_path, "migrate", "--traceback", DATABASE_URL="sqlite:////nonexistent/x")

    assert "Traceback" in done.stderr


def test_a_password_never_stands_in_the_message(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", DATABASE_URL="postgres://ines:geheim@h:port/x")

    assert done.returncode == 1
    assert "geheim" not in done.stderr


def test_the_production_settings_pass_the_deployment_checks(tmp_path: Path) -> None:
    done = manage(
        tmp_path, "check", "--deploy", "--fail-level", "WARNING",
        DEBUG="0", SECRET_KEY="k3y-of-its-own-" * 5, REDIS_URL="redis://127.0.0.1:1/0",
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def test_without_redis_the_deployment_check_says_what_is_lost(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy")

    assert done.returncode == 0
    assert "lectern.W001" in done.stderr
    assert "REDIS_URL is off" in done.stderr


@pytest.mark.parametrize("name", ["create_token", "migrate"])
def test_a_command_checks_everything_but_the_addresses_of_pages_before_it_runs(name: str) -> None:
    command = Utility(["manage.py", name]).fetch_command(name)

    assert set(command.requires_system_checks) == registry.tags_available() - {Tags.urls}


def test_a_command_that_serves_nothing_loads_no_server(tmp_path: Path) -> None:
    look = "import sys; print({'daphne.server', 'uvicorn'} & sys.modules.keys())"

    done = manage(tmp_path, "shell", "--no-imports", "-c", look)

    assert (done.stdout, done.stderr) == ("set()\n", "")


@pytest.mark.parametrize("redis", ["off", "redis://127.0.0.1:1/0", "unix:///nonexistent/v.sock", ""])
def test_commands_do_without_the_shared_cache_in_silence(sample: Path, redis: str) -> None:
    done = manage(sample, "snapshot", "--institution", "lakeside", "--section", "arithmetic-2026", REDIS_URL=redis)

    assert (done.returncode, done.stderr) == (0, "")
    assert "summary.class_size" in done.stdout


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that has one small section."""
    var = tmp_path_factory.mktemp("var")
    put_a_migrated_database_into(var)
    bundle = str(write_zip(var / "bundle.zip"))
    for arguments in (
        ["create_institution", "--slug", "lakeside", "--name", "Lakeside"],
        ["import_bundle", bundle, "--institution", "lakeside"],
    ):
        done = manage(var, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
    return var


def test_every_migration_is_written(tmp_path: Path) -> None:
    done = manage(tmp_path, "makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not (ROOT / ".venv/bin/python").exists(), reason="there is no .venv to change into")
def test_manage_changes_into_the_venv_from_anywhere_and_leaves_no_flag_to_children(tmp_path: Path) -> None:
    outside = os.path.realpath(sys.executable)
    look = "import json, os, sys; print(json.dumps([sys.prefix, 'LECTERN_REEXECUTED' in os.environ]))"

    done = subprocess.run(
        [outside, MANAGE, "shell", "--no-imports", "-c", look],
        env=surroundings(tmp_path), cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip

    prefix, flag = json.loads(done.stdout)
    assert Path(prefix).resolve() == (ROOT / ".venv").resolve()
    assert flag is False
