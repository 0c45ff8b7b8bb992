"""A small bundle as files, to be changed one line at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

TABLES: dict[str, list[str]] = {
    "course.csv": [
        "course_key,course_title,slug,title,time_zone,starts_at,ends_at,credit",
        "arithmetic,Arithmetic,arithmetic-2026,Autumn,Europe/London,2026-09-01T00:00:00+01:00,,Made by hand",
    ],
    "containers.csv": [
        "key,parent,title,kind,starts_at,ends_at,hidden",
        "unit-1,,Unit 1,unit,,,false",
        "module-1,unit-1,Module 1,module,,,false",
        "unit-2,,Unit 2,unit,,,true",
    ],
    "pages.csv": [
        "key,container,title,graded,weight,available_from,due_at,hidden",
        "welcome,,Welcome,false,,,,false",
        "lesson,module-1,Lesson,false,,,,false",
        "exam,unit-1,Exam,true,40.0,,2026-10-01T12:00:00+00:00,false",
    ],
    "objectives.csv": ["key,parent,title", "sums,,Sums", "carrying,sums,Carrying"],
    "activities.csv": ["key,page,title,objectives", "add,lesson,Add,sums", "carry,lesson,Carry,sums carrying"],
    "learners.csv": ["external_id,name,email", "s1,Ada,ada@learners.example", "s 2,Ben,"],
    "enrollments.csv": ["learner,role,status", "s1,learner,enrolled", "s 2,learner,withdrawn"],
    "events.csv": [
        "event_id,learner,verb,page,activity,timestamp,sequence,success,attempts,correct,score,out_of,source,result",
        "00000000-0000-0000-0000-000000000001,s1,experienced,welcome,,2026-09-02T09:00:00+00:00,0,,0,0,,,hand,{}",
        "00000000-0000-0000-0000-000000000002,s1,answered,lesson,add,2026-09-02T10:00:00+02:00,1,true,1,1,,,hand,{}",
        '00000000-0000-0000-0000-000000000003,s 2,scored,exam,,2026-09-03T09:00:00Z,0,,0,0,8.5,10,hand,"{""n"": 1}"',
    ],
}
PACKAGE = '{"lectern_bundle": 1}'


def changed(file: str, line: int, text: str) -> dict[str, list[str] | bytes | None]:
    """The small bundle's file with another text in this line (counted from 1)."""
    lines = list(TABLES[file])
    lines[line - 1 : line] = [text]
    return {file: lines}


def write_folder(folder: Path, other: Mapping[str, list[str] | bytes | None] | None = None) -> Path:
    """The small bundle as a folder; files in `other` stand in for (or, if None, are left out of) its own."""
    folder.mkdir(exist_ok=True)
    for name, content in contents(other).items():
        (folder / name).write_bytes(content)
    return folder


def write_zip(path: Path, other: Mapping[str, list[str] | bytes | None] | None = None) -> Path:
    """The same as a ZIP."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in contents(other).items():
            archive.writestr(name, content)
    return path


def contents(other: Mapping[str, list[str] | bytes | None] | None) -> dict[str, bytes]:
    files: dict[str, list[str] | bytes | None] = {**TABLES, "datapackage.json": PACKAGE.encode(), **(other or {})}
    return {
        name: content if isinstance(content, bytes) else "".join(f"{line}\r\n" for line in content).encode()
        for name, content in files.items()
        if content is not None
    }
