from __future__ import annotations

from pathlib import Path

from scripts.traceability import Proof, Requirement, assign, proofs, report

ROWS = [Requirement("coordinator", "FR-001", "One active request."), Requirement("snapshot", "FR-001", "A snapshot.")]


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_marks_of_a_file_a_class_and_a_test_are_found(tmp_path: Path) -> None:
    write(
        tmp_path,
        "web/test_page.py",
        'pytestmark = pytest.mark.proves("P1")\n'
        '@pytest.mark.proves("R1", "R2")\ndef test_it(): ...\n'
        '@pytest.mark.proves("R3")\nclass TestMachine: ...\n',
    )

    found = {(proof.test, proof.name) for proof in proofs(tmp_path)}

    assert found == {
        ("web/test_page.py::test_it", "P1"),
        ("web/test_page.py::test_it", "R1"),
        ("web/test_page.py::test_it", "R2"),
        ("web/test_page.py::TestMachine", "R3"),
    }


def test_the_folder_says_which_of_two_areas_is_meant() -> None:
    found = assign(ROWS, [Proof("snapshot", "a", "FR-001"), Proof("web", "b", "FR-001")])

    assert found == {("snapshot", "FR-001"): ["a"], ("coordinator", "FR-001"): ["b"]}


def test_an_area_can_be_named() -> None:
    assert assign(ROWS, [Proof("web", "a", "snapshot:FR-001")]) == {("snapshot", "FR-001"): ["a"]}


def test_a_requirement_without_a_test_is_listed() -> None:
    text = report(ROWS, assign(ROWS, [Proof("web", "web/test_a.py::test_x", "FR-001")]))

    assert "1 of 2 requirements" in text
    assert "| FR-001 | A snapshot. | **none** |" in text
    assert text.rstrip().endswith("snapshot FR-001")
