"""`scripts/bootstrap.sh` in a project and on a machine that hold only what the test puts there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

TOOLS = ("cat", "chmod", "cksum", "dirname", "echo", "env", "mkdir", "rm", "sh")


class Machine:
    """A PATH, a home and a project of its own."""

    def __init__(self, folder: Path) -> None:
        self.project, self.path, self.home = folder / "project", folder / "bin", folder / "home"
        for made in (self.project / "scripts", self.path, self.home):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "scripts/bootstrap.sh", self.project / "scripts")
        (self.project / "requirements.txt").write_text("django\n")
        (self.project / "requirements-dev.txt").write_text("pytest\n")
        for tool in TOOLS:
            (self.path / tool).symlink_to(str(shutil.which(tool)))

    def install(self, path: Path, version: str) -> None:
        """A Python of this version; `-m venv` makes a folder with the same one, and tells pip's work to a file."""
        major, minor = version.split(".")[:2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "#!/bin/sh\n"
            'case "$1 $2" in\n'
            f'  "-c import sys; sys.exit(sys.version_info < (3, 12))") test {major} -gt 3 -o {minor} -ge 12 ;;\n'
            f'  "-c import sys; print"*) echo {version} ;;\n'
            '  "-m venv") mkdir -p "$3/bin"; cat "$0" > "$3/bin/python"; chmod +x "$3/bin/python" ;;\n'
            f'  "-m pip") echo "{path} $*" >> "{self.home}/pip.log" ;;\n'
            "esac\n"
        )
        path.chmod(0o755)

    def bootstrap(self, profile: str, **values: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.path), "HOME": str(self.home), **values}
        command = [str(self.path / "sh"), str(self.project / "scripts/bootstrap.sh"), profile]
        return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)

    @property
    def installs(self) -> list[str]:
        log = self.home / "pip.log"
        return [line for line in log.read_text().splitlines() if " install " in line] if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.proves("P10")
def test_without_any_python_it_says_what_is_missing(machine: Machine) -> None:
    done = machine.bootstrap("run")

    assert done.returncode == 1
    assert "Python 3.12 or newer is missing" in done.stderr
    assert "nothing was there" in done.stderr
    assert not (machine.project / ".venv").exists()


def test_an_older_python_is_named_with_its_version(machine: Machine) -> None:
    machine.install(machine.path / "python3", "3.11.2")

    done = machine.bootstrap("run")

    assert done.returncode == 1
    assert "python3 (3.11.2)" in done.stderr


def test_a_python_of_the_right_age_is_found_behind_an_older_default(machine: Machine) -> None:
    machine.install(machine.path / "python3", "3.11.2")
    machine.install(machine.home / ".pyenv/versions/3.13.0/bin/python", "3.13.0")

    done = machine.bootstrap("run")

    assert done.returncode == 0, done.stderr
    assert "versions/3.13.0/bin/python" in done.stderr
    assert len(machine.installs) == 1


def test_the_python_that_is_asked_for_comes_first(machine: Machine) -> None:
    machine.install(machine.path / "python3.13", "3.13.0")
    own = machine.home / "own/python"
    machine.install(own, "3.14.1")

    done = machine.bootstrap("run", PYTHON=str(own))

    assert f"making .venv with {own}" in done.stderr


def test_a_python_that_is_asked_for_and_does_not_fit_is_refused(machine: Machine) -> None:
    machine.install(machine.path / "python3.13", "3.13.0")
    old = machine.home / "old/python"
    machine.install(old, "3.9.1")

    done = machine.bootstrap("run", PYTHON=str(old))

    assert done.returncode == 1
    assert "is not a Python 3.12 or newer" in done.stderr


def test_a_second_run_does_nothing_and_says_nothing(machine: Machine) -> None:
    machine.install(machine.path / "python3.13", "3.13.0")
    machine.bootstrap("run")

    done = machine.bootstrap("run")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(machine.installs) == 1


def test_changed_requirements_are_installed(machine: Machine) -> None:
    machine.install(machine.path / "python3.13", "3.13.0")
    machine.bootstrap("run")
    (machine.project / "requirements.txt").write_text("django\nredis\n")

    machine.bootstrap("run")

    assert len(machine.installs) == 2


def test_what_tests_need_includes_what_serving_needs(machine: Machine) -> None:
    machine.install(machine.path / "python3.13", "3.13.0")
    machine.bootstrap("dev")

    machine.bootstrap("run")

    assert len(machine.installs) == 1
    assert machine.installs[0].endswith("requirements-dev.txt")
