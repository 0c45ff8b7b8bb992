from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard_project.embedded.place import LONGEST_SOCKET_PATH, Place, UnsafePlace, place_of


def test_a_project_has_the_same_place_in_every_process() -> None:
    assert place_of(Path("/srv/one")) == place_of(Path("/srv/one"))
    assert place_of(Path("/srv/one")) != place_of(Path("/srv/two"))


def test_the_socket_path_is_short_however_deep_the_folders_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))

    place = place_of(deep / "project")

    assert len(os.fsencode(place.socket)) <= LONGEST_SOCKET_PATH


def test_the_directory_is_ours_alone(place: Place) -> None:
    place.prepare()

    assert place.directory.stat().st_mode & 0o777 == 0o700


def test_a_directory_that_others_may_enter_is_refused(place: Place) -> None:
    place.directory.chmod(0o755)

    with pytest.raises(UnsafePlace, match="mode 0700"):
        place.prepare()


def test_a_directory_that_is_a_link_is_refused(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(place.directory)

    with pytest.raises(UnsafePlace):
        Place(link).prepare()
