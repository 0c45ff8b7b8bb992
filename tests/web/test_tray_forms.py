"""Every form of the tray: what it changes, where it leads back to, what it refuses."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User

from courses.models import Section
from experiences.hygiene_tray.models import TrayIssue, TrayOrder
from experiences.hygiene_tray.states import Status
from oracles.contract import TenantId
from tests.clients import client_of
from tests.web.trays import TRAY, issues, listed, post, text_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_forms_lead_back_to_the_list_they_came_from(spoilt: Section, instructor: User) -> None:
    row = issues(spoilt)["missing_due_date"]

    done = post(instructor, "change", issue=f"{row.pk}:1", verb="start", back="?severity=medium&evil=//x&sort=newest")

    assert done.status_code == 303
    assert done["Location"] == f"{TRAY}?severity=medium&sort=newest"
    assert issues(spoilt)["missing_due_date"].status == Status.IN_PROGRESS


@pytest.mark.proves("H-11")
def test_ignoring_asks_first_and_does_nothing_until_somebody_says_yes(spoilt: Section, instructor: User) -> None:
    row = issues(spoilt)["missing_due_date"]
    fields = {"issue": f"{row.pk}:1", "verb": "ignore", "reason": "a <mock> exam", "until": "2099-12-31"}

    asked = post(instructor, "change", **fields)
    meanwhile = issues(spoilt)["missing_due_date"].status
    done = post(instructor, "change", confirmed="yes", **fields)

    assert asked.status_code == 200
    assert 'id="confirm"' in asked.content.decode()
    assert "a &lt;mock&gt; exam" in asked.content.decode()
    assert meanwhile == Status.OPEN
    assert done.status_code == 303
    stored = issues(spoilt)["missing_due_date"]
    assert (stored.status, stored.reason) == (Status.IGNORED, "a <mock> exam")
    assert stored.ignored_until is not None
    assert stored.ignored_until.isoformat() == "2100-01-01T00:00:00+00:00"


@pytest.mark.proves("H-07")
def test_a_bulk_change_tells_how_each_part_ended(spoilt: Section, instructor: User) -> None:
    found = issues(spoilt)
    client = client_of(instructor)
    chosen = [f"{found['missing_due_date'].pk}:1", f"{found['no_objective'].pk}:9", "999999:1"]

    done = client.post(f"{TRAY}change/", {"issue": chosen, "verb": "resolve", "confirmed": "yes"})
    text = client.get(TRAY).content.decode()

    assert done.status_code == 303
    assert "1 issue was changed." in text
    assert "1 issue was changed by somebody else meanwhile" in text
    assert "1 issue could not be changed like that." in text


@pytest.mark.proves("H-08")
def test_what_was_done_can_be_undone_from_the_page(spoilt: Section, instructor: User) -> None:
    row = issues(spoilt)["missing_due_date"]
    post(instructor, "change", issue=f"{row.pk}:1", verb="resolve")
    batch = re.search(r'name="batch" value="([-0-9a-f]+)"', text_of(instructor))
    assert batch is not None

    undone = post(instructor, "undo", batch=batch[1])

    assert undone.status_code == 303
    assert issues(spoilt)["missing_due_date"].status == Status.OPEN


@pytest.mark.proves("H-04")
def test_issues_are_moved_up_and_down_in_ones_own_order(spoilt: Section, instructor: User) -> None:
    found = issues(spoilt)
    mine = "?sort=mine"

    moved = post(instructor, "order", up=found["no_objective"].pk, version=0, back=mine)
    too_late = post(instructor, "order", up=found["missing_due_date"].pk, version=0, back=mine)

    assert (moved.status_code, too_late.status_code) == (303, 303)
    assert listed(text_of(instructor, mine)) == ["no_objective", "missing_due_date"]
    assert TrayOrder.objects.for_tenant(TenantId(spoilt.institution_id)).get().version == 1


@pytest.mark.proves("O-05")
@pytest.mark.parametrize(
    ("where", "fields", "status"),
    [
        ("change", {"issue": "424242:1", "verb": "start"}, 404),
        ("change", {"issue": "x:1", "verb": "start"}, 400),
        ("change", {"issue": "1:" + "9" * 40, "verb": "start"}, 400),
        ("change", {"issue": "1:1", "verb": "explode"}, 400),
        ("change", {"issue": "1:1", "verb": "replay"}, 400),
        ("change", {"issue": "1:1", "verb": "ignore", "until": "2026-02-31"}, 400),
        ("change", {"issue": "1:1", "verb": "ignore", "until": "9999-12-31"}, 400),
        ("replay", {"issue": "424242:1"}, 404),
        ("replay", {}, 400),
        ("undo", {"batch": "00000000-0000-0000-0000-000000000007"}, 404),
        ("undo", {"batch": "what"}, 400),
        ("order", {"up": "424242", "version": "0"}, 404),
        ("order", {"up": "", "version": "0"}, 400),
    ],
)
def test_what_our_own_forms_never_say_changes_nothing(
    where: str, fields: dict[str, str], status: int, spoilt: Section, instructor: User
) -> None:
    before = list(TrayIssue.objects.for_tenant(TenantId(spoilt.institution_id)).order_by("pk").values())

    answer = post(instructor, where, **fields)

    assert answer.status_code == status
    assert list(TrayIssue.objects.for_tenant(TenantId(spoilt.institution_id)).order_by("pk").values()) == before
