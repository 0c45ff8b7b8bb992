"""What stands in the project's files says nothing about the machine it was written on."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT, shown, tracked_files

MACHINE = re.compile(r"/work/(main|shared|\.)|/root/|/home/[a-z]+/|(pypi|npmjs|pythonhosted)\.(org|com)")
SUFFIXES = {".py", ".md", ".toml", ".txt", ".sh", ".html", ".css", ".yml", ".yaml", ".cfg", ""}


def test_no_file_names_a_path_of_a_machine_or_the_host_of_a_registry() -> None:
    texts = [path for path in tracked_files() if path.suffix in SUFFIXES and "vendor" not in path.parts]

    found = [shown(path) for path in texts if MACHINE.search(path.read_text(errors="replace"))]

    assert [name for name in found if ROOT / name != ROOT / "tests/architecture/test_words.py"] == []
