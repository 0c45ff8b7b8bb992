"""Each page in both languages: what is the same in both is somebody's data, a name or a number, and no word of ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from courses.models import Container, Learner, Objective, Page, Section
from oracles.contract import TenantId
from tests import builders
from tests.clients import client_of
from tests.english import english
from tests.experiences.hygiene_tray.worlds import spoil
from tests.spoken import spoken

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.proves("ROW-A2"),
    pytest.mark.usefixtures("parts_end"),
]

SECTION = "/s/lakeside/algebra/"
PAGES = (
    "/", f"{SECTION}?complete=1", f"{SECTION}?complete=1&s.bucket=struggling&p.open=unit-1&a.list=quiz:todo",
    f"{SECTION}?complete=1&scope=container:nowhere&p.threshold=7", f"{SECTION}changes/", f"{SECTION}parameters/",
    f"{SECTION}parameters/?inactivity_days=30&low_progress=30&high_progress=90&low_proficiency=40&high_proficiency=80",
    f"{SECTION}views/", f"{SECTION}tray/", f"{SECTION}console/", "/digest/", "/test-drive/", "/ops/", "/nowhere/",
)  # fmt: skip
WORD = re.compile(r"[^\W\d_]{2,}")
FINGERPRINT = re.compile(r"[0-9a-f]{8}")
FIGURE = re.compile(r"\d+ ms|\d{1,2} \w{3} \d{4}, [\d:]{8}")
"""A duration, or a moment whose month may be called the same."""
NAMES = {"Lectern", "CSV", "JSON", "Markdown", "English", "Español", "ines", "UTC", "error"}
"""The same in both languages."""


def texts(html: str) -> set[str]:
    told = {text.strip(" ·:()") for text in spoken(html)}
    return {
        text for text in told if WORD.search(text) and not any(form.fullmatch(text) for form in (FINGERPRINT, FIGURE))
    }


def page(user: User, address: str, language: str) -> str:
    client = client_of(user)
    client.cookies["django_language"] = language
    return str(client.get(address).content.decode())


@pytest.fixture
def worked(section: Section) -> Section:
    """Ada did all practice pages badly and long ago; the others did nothing."""
    tenant = TenantId(section.institution_id)
    ada = Learner.objects.for_tenant(tenant).get(name="Ada")
    for each in Page.objects.for_tenant(tenant).filter(section=section, graded=False):
        builders.make_progress(ada, each, first_attempts=3, first_correct=1)
        builders.make_event(ada, each, timestamp=datetime.now(UTC) - timedelta(days=20))
    spoil(section)
    return section


@pytest.fixture
def operator(instructor: User) -> User:
    User.objects.filter(pk=instructor.pk).update(is_staff=True, is_superuser=True)
    return User.objects.get(pk=instructor.pk)


def of_the_data(section: Section) -> set[str]:
    """Titles and names, as they were entered."""
    tenant = TenantId(section.institution_id)
    titles = {section.title, section.course.title, str(section.institution), "Algebra", "algebra", "lakeside"}
    for model in (Page, Container, Objective):
        titles |= set(model.objects.for_tenant(tenant).values_list("title", flat=True))
    return titles | set(Learner.objects.for_tenant(tenant).values_list("name", flat=True))


@pytest.mark.parametrize("address", PAGES)
def test_what_a_page_says_in_both_languages_is_data(address: str, worked: Section, operator: User) -> None:
    in_english, in_spanish = (page(operator, address, language) for language in ("en", "es"))

    same = texts(in_english) & texts(in_spanish)

    assert '<html lang="es"' in in_spanish
    assert english(texts(in_spanish)) == []
    known = of_the_data(worked) | NAMES
    assert sorted(text for text in same if not set(text.split(" · ")) <= known) == []


def test_a_decision_is_written_and_reviewed_in_spanish(worked: Section, operator: User) -> None:
    ada = Learner.objects.for_tenant(TenantId(worked.institution_id)).get(name="Ada")
    client = client_of(operator)
    client.cookies["django_language"] = "es"
    staging = {"kind": "message", "rule": "student_support.struggling", "learner": ada.pk}

    answers = [
        client.post(f"{SECTION}console/stage/", staging, follow=True),
        client.get(f"{SECTION}console/"),
    ]

    for answer in answers:
        html = answer.content.decode()
        assert (answer.status_code, '<html lang="es"' in html, "Mensaje" in html) == (200, True, True)
        assert english(texts(html)) == []


@pytest.mark.parametrize("address", PAGES)
def test_a_picture_has_points_and_a_machine_reads_the_same_numbers(
    address: str, worked: Section, operator: User
) -> None:
    """A comma of the language within a coordinate or a value would be another number, or none."""
    html = page(operator, address, "es")

    drawn = re.findall(r'\b(?:x|y|cx|cy|r|width|height|x1|x2|y1|y2|d|points|max|min)="([^"]*)"', html)
    assert [text for text in drawn if re.search(r"\d,\d*[^\d.\s,-]|^\d+,\d+$", text)] == []
    valued = re.compile(r'<data value="([^"]*)" data-fact="([^"]*)"')
    assert valued.findall(html) == valued.findall(page(operator, address, "en"))
