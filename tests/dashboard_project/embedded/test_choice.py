from __future__ import annotations

from pathlib import Path

import pytest

from dashboard_project.embedded import choice
from dashboard_project.embedded.place import Place


@pytest.fixture(autouse=True)
def _own_runtime_folder(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place.directory))


def test_redis_url_wins(tmp_path: Path, valkey_binary: Path) -> None:
    found = choice.choose("redis://cache.example:6379/0", tmp_path, valkey_binary)

    assert found.url == "redis://cache.example:6379/0"
    assert found.embedded is None


def test_without_redis_url_it_is_the_embedded_server(tmp_path: Path, valkey_binary: Path) -> None:
    found = choice.choose("", tmp_path, valkey_binary)

    assert found.url.startswith("unix://")
    assert found.embedded is not None


def test_off_means_none_at_all(tmp_path: Path, valkey_binary: Path) -> None:
    found = choice.choose("off", tmp_path, valkey_binary)

    assert (found.url, found.embedded, found.reason) == ("", None, "REDIS_URL is off")


@pytest.mark.parametrize("program", [None, "/nonexistent/valkey-server", "/bin/false", "/etc/hostname"])
def test_where_the_binary_does_not_run_there_is_none_and_a_reason(tmp_path: Path, program: str | None) -> None:
    found = choice.choose("", tmp_path, Path(program) if program else None)

    assert found.url == ""
    assert "does not run on this machine" in found.reason


def test_an_unsafe_directory_is_none_and_a_reason(tmp_path: Path, valkey_binary: Path) -> None:
    embedded = choice.choose("", tmp_path, valkey_binary).embedded
    assert embedded is not None
    embedded.place.directory.chmod(0o777)

    found = choice.choose("", tmp_path, valkey_binary)

    assert found.url == ""
    assert "mode 0700" in found.reason
