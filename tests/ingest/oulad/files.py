"""A small OULAD file: two presentations, with the surprises of the real one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

TABLES: dict[str, list[str]] = {
    "courses.csv": ["code_module,code_presentation,module_presentation_length", "ZZZ,2013J,268", "ZZZ,2014B,240"],
    "assessments.csv": [
        "code_module,code_presentation,id_assessment,assessment_type,date,weight",
        "ZZZ,2013J,1,TMA,19,10",
        "ZZZ,2013J,2,TMA,54,20",
        "ZZZ,2013J,3,Exam,?,100",
        "ZZZ,2014B,4,CMA,10,100",
    ],
    "vle.csv": [
        "id_site,code_module,code_presentation,activity_type,week_from,week_to",
        "501,ZZZ,2013J,resource,3,4",
        "502,ZZZ,2013J,resource,?,?",
        "503,ZZZ,2013J,forumng,?,?",
        "500,ZZZ,2013J,homepage,?,?",
        "504,ZZZ,2014B,forumng,?,?",
    ],
    "studentInfo.csv": [
        "code_module,code_presentation,id_student,gender",
        "ZZZ,2013J,11,F",
        "ZZZ,2013J,12,M",
        "ZZZ,2014B,11,F",
    ],
    "studentRegistration.csv": [
        "code_module,code_presentation,id_student,date_registration,date_unregistration",
        "ZZZ,2013J,11,-159,?",
        "ZZZ,2013J,12,?,12",
        "ZZZ,2014B,11,-3,?",
    ],
    "studentAssessment.csv": [
        "id_assessment,id_student,date_submitted,is_banked,score",
        "1,11,18,0,78",
        "1,11,18,0,80",
        "2,11,60,0,?",
        "1,12,-5,1,55.5",
        "4,11,9,0,100",
        "99,11,9,0,1",
    ],
    "studentVle.csv": [
        "code_module,code_presentation,id_student,id_site,date,sum_click",
        "ZZZ,2013J,11,501,-10,4",
        "ZZZ,2013J,11,501,-10,4",
        "ZZZ,2013J,11,501,-10,1",
        "ZZZ,2013J,12,503,30,2",
        "ZZZ,2014B,11,504,0,9",
        "ZZZ,2013J,77,501,1,1",
        "ZZZ,2013J,11,888,1,1",
    ],
}


def write_zip(path: Path, changed: Mapping[str, list[str] | bytes | None] | None = None) -> Path:
    """The small file, all fields quoted; tables in `changed` stand in for (or, if None, are left out of) its own."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, lines in {**TABLES, **(changed or {})}.items():
            if isinstance(lines, bytes):
                archive.writestr(name, lines)
            elif lines is not None:
                archive.writestr(name, "".join(_quoted(line) for line in lines))
    return path


def _quoted(line: str) -> str:
    return ",".join(f'"{value}"' for value in line.split(",")) + "\r\n"
