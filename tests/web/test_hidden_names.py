"""A name that may not be shown is on no page, in no file and in no kept snapshot; all of them say the same code."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from courses.models import AuditEntry, Section, SectionStamp
from oracles.contract import TenantId
from oracles.instructor.naming import code_of
from tests.oracles.instructor.rows import learners_of
from tests.snapshot.export.zips import table
from tests.web.exporting.files import export_link, get, page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_caches")]


@pytest.mark.proves("UX-28", "I9")
@pytest.mark.parametrize("command", [["hide_names"], ["erase_learner", "--learner", "ext-ben"]], ids=lambda one: one[0])
def test_what_was_on_the_screen_is_not_exported_once_a_name_in_it_may_not_be_shown(
    instructor: User, mixed: Section, command: list[str]
) -> None:
    link = export_link(page_of(instructor))
    call_command(*command, "--institution", "lakeside", stdout=StringIO())

    response = get(instructor, link)
    current = page_of(instructor)

    assert response.status_code == 404
    assert "Ben" not in named_on(current)
    rows = table(get(instructor, export_link(current)).content, "student_support_list.csv")
    assert "Ben" not in {row["student_name"] for row in rows}


@pytest.mark.proves("UX-28", "P3")
def test_hidden_names_are_the_same_codes_on_the_page_in_the_file_and_on_the_command_line(
    instructor: User, mixed: Section
) -> None:
    call_command("hide_names", "--institution", "lakeside", stdout=StringIO())
    codes = {code_of(mixed.pk, learner.pk) for learner in learners_of(mixed).values()}
    html, printed = page_of(instructor), StringIO()
    behind = page_of(instructor, "?complete=1&p.open=unit-1&a.list=quiz:todo")
    call_command("snapshot", "--section", "algebra", "--format", "json", stdout=printed)

    rows = table(get(instructor, export_link(html)).content, "student_support_list.csv")

    buckets = json.loads(printed.getvalue())["projections"]["student_support"]["buckets"]
    assert {row["student_name"] for row in rows} == {row["student_id"] for row in rows} == codes
    assert {row["name"] for bucket in buckets for row in bucket["learners"]} == codes
    assert {row["email"] for bucket in buckets for row in bucket["learners"]} == {""}
    assert {code for code in codes if code in html}
    assert {code for code in codes if code in behind.partition('id="behind"')[2].partition("</section>")[0]}
    assert named_on(html + behind) == set()
    assert 'id="names-hidden"' in html


def named_on(html: str) -> set[str]:
    return set(re.findall(r"\b(Ada|Ben|Cleo|Dan)\b", html))


def switched(*more: str) -> dict[str, object]:
    out = StringIO()
    call_command("hide_names", "--institution", "lakeside", "--json", *more, stdout=out)
    return dict(json.loads(out.getvalue()))


@pytest.mark.proves("UX-28")
def test_open_dashboards_look_up_anew_what_they_may_show(instructor: User, mixed: Section) -> None:
    stamps = SectionStamp.objects.for_tenant(TenantId(mixed.institution_id)).filter(section=mixed)
    roster, settings = stamps.values_list("roster", "settings").get()

    switched()

    assert stamps.values_list("roster", "settings").get() == (roster + 1, settings + 1)


@pytest.mark.proves("UX-28")
def test_names_come_back_when_they_may_be_shown_again(instructor: User, mixed: Section) -> None:
    before = named_on(page_of(instructor))
    switched()
    hidden = named_on(page_of(instructor))
    switched("--show")

    assert (hidden, named_on(page_of(instructor))) == (set(), before)
    assert before


@pytest.mark.proves("UX-28", "I8")
def test_each_turn_of_the_switch_is_written_down_and_a_second_turn_the_same_way_is_none(mixed: Section) -> None:
    said = [switched()["changed"], switched()["changed"], switched("--show")["changed"]]

    entries = AuditEntry.objects.for_tenant(TenantId(mixed.institution_id)).order_by("pk")
    assert said == [True, False, True]
    assert list(entries.values_list("action", "actor")) == [("names_hidden", "command"), ("names_shown", "command")]
