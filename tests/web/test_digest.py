"""The digest's pages: one's own numbers, as they would be sent; one's own wishes; and one click without signing in."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import TypedDict, cast

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from courses.models import Section
from dashboard_project.composition.digest import digest_service
from dashboard_project.composition.snapshots import snapshot_of
from dashboard_project.composition.tray import tray_service
from experiences.contract import SectionContext
from experiences.digest.memory import Person, Preferences
from experiences.digest.models import DigestDelivery, DigestPreference
from experiences.digest.recipients import as_recipient
from experiences.digest.unsubscribe import token
from experiences.outbox.models import OutgoingMail
from oracles.contract import TenantId
from tests.builders import make_event, make_page
from tests.clients import client_of
from tests.oracles.instructor.rows import learners_of, mix_the_class, pages_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]

FACT = re.compile(r'<data value="([^"]*)" data-fact="([^"]+)">')


@pytest.fixture
def ines(instructor: User, section: Section) -> User:
    """Teaches a section in which things happened, and one of whose pages has no due date."""
    instructor.email = "ines@lakeside.example"
    instructor.save()
    mix_the_class(section)
    make_page(section, "essay", 20, graded=True, weight=0.5)
    for name in ("Ada", "Ben"):
        at = timezone.now()
        make_event(learners_of(section)[name], pages_of(section)["quiz"], stored=at, timestamp=at)
    return instructor


def page_of(user: User) -> str:
    client = client_of(user)
    answer = client.get("/digest/")
    assert answer.status_code == 200
    return answer.content.decode()


def facts_in(html: str) -> dict[str, float | None]:
    return {name: float(value) if value else None for value, name in FACT.findall(html)}


class Printed(TypedDict, total=False):
    """What the command prints."""

    counts: dict[str, int]
    mails: list[dict[str, object]]


def command(*arguments: str) -> Printed:
    out = StringIO()
    call_command("send_digests", "--json", *arguments, stdout=out)
    return cast("Printed", json.loads(out.getvalue()))


@pytest.mark.proves("G-05", "O-14")
def test_digest_page_snapshot_and_tray_show_equal_numbers(ines: User, section: Section) -> None:
    html = page_of(ines)

    (person,) = as_recipient(ines)
    (context,) = person.context.sections
    snapshot = snapshot_of(context)
    tray = tray_service().get_tray(SectionContext(context))
    shown = facts_in(html)
    assert shown == {name: value for name, value in snapshot.facts.items() if name.startswith("summary.")}
    assert tray.total_open
    assert tray.score is not None
    assert f"{tray.total_open} open issue" in html
    assert str(round(tray.score.score or 0, 1)).removesuffix(".0") + " of 100" in html
    dashboard = client_of(ines)
    page = facts_in(dashboard.get("/s/lakeside/algebra/?complete=1").content.decode())
    assert {name: page[name] for name in shown} == shown


@pytest.mark.proves("G-05")
def test_what_the_mail_says_is_what_the_page_says(ines: User) -> None:
    told = command("--preview", "--as-of", _next_monday())

    (mail,) = told["mails"]
    html = str(mail["html"])
    page = page_of(ines)
    assert facts_in(html) == facts_in(page)
    for kind in ("h3", "caption"):
        assert re.findall(rf"<{kind}>(.*?)</{kind}>", html) == re.findall(rf"<{kind}>(.*?)</{kind}>", page)


@pytest.mark.proves("G-09", "G-06", "G-10")
def test_the_commands_preview_is_what_it_sends_and_a_rerun_sends_nothing(ines: User) -> None:
    moment = _next_monday()
    preview = command("--preview", "--as-of", moment)
    assert not OutgoingMail.objects.for_tenant(_tenant(ines)).exists()

    first = command("--as-of", moment)
    second = command("--as-of", moment)

    (mail,) = preview["mails"]
    (sent,) = OutgoingMail.objects.for_tenant(_tenant(ines))
    assert mail == {
        "key": sent.key,
        "to": sent.to,
        "subject": sent.subject,
        "headers": dict(sent.headers),
        "text": sent.text,
        "html": sent.html,
    }
    assert first["counts"]["sent"] == 1
    assert second["counts"] == {**second["counts"], "sent": 0, "already": 1}
    assert DigestDelivery.objects.for_tenant(_tenant(ines)).count() == 1


@pytest.mark.proves("G-10")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--institution", "nowhere"], "no institution 'nowhere'"), (["--as-of", "2026-11-02"], "with a time zone")],
)
def test_a_wrong_argument_is_one_clear_line(ines: User, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("send_digests", *arguments)


@pytest.mark.proves("G-10")
def test_one_institution_alone_can_be_sent_to(ines: User, outsider: User) -> None:
    outsider.email = "otto@harbour.example"
    outsider.save()

    told = command("--as-of", _next_monday(), "--institution", "lakeside")

    assert sum(told["counts"].values()) == 1


@pytest.mark.proves("G-03")
def test_before_the_term_the_page_shows_the_first_look(ines: User, section: Section) -> None:
    section.starts_at = timezone.now() + timedelta(weeks=2)
    section.save()

    assert facts_in(page_of(ines))["summary.class_size"] == 4
    assert command("--preview", "--as-of", _next_monday())["counts"]["empty"] == 1


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in(client: Client) -> None:
    answer = client.get("/digest/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/digest/")


@pytest.mark.proves("G-08")
def test_somebody_who_teaches_nothing_sees_that_and_no_numbers(colleague: User) -> None:
    html = page_of(colleague)

    assert "You are not teaching any section yet." in html
    assert facts_in(html) == {}


@pytest.mark.proves("O-05")
def test_wishes_are_stored_for_ones_own_institution_and_no_other(ines: User, outsider: User) -> None:
    client = client_of(ines)
    wish = {"by_mail": "on", "weekday": "4", "language": "es"}

    answer = client.post("/digest/", {**wish, "institution": _tenant(ines)})
    foreign = client.post("/digest/", {**wish, "institution": _tenant(outsider)})
    nonsense = client.post("/digest/", {"institution": _tenant(ines), "weekday": "9"})
    unspoken = client.post("/digest/", {**wish, "institution": _tenant(ines), "language": "tlh"})

    assert (answer.status_code, foreign.status_code) == (302, 404)
    assert (nonsense.status_code, unspoken.status_code) == (400, 400)
    (person,) = as_recipient(ines)
    assert digest_service().get_preferences(person.context) == Preferences(by_mail=True, weekday=4, language="es")
    assert '<option value="es" lang="es" selected>Español</option>' in page_of(ines)
    assert not DigestPreference.objects.for_tenant(_tenant(outsider)).exists()


@pytest.mark.proves("G-11")
def test_a_digest_that_was_sent_is_opened_by_its_page_and_ticked_off(ines: User) -> None:
    service, (person,) = digest_service(), as_recipient(ines)
    client = client_of(ines)
    call_command("send_digests", "--as-of", _sunday_of_this_week(), stdout=StringIO())
    assert service.get_progress(person.context).current_step == "prepared"

    page_of(ines)
    opened = service.get_progress(person.context)
    client.post("/digest/", {"institution": _tenant(ines), "action": "done"})
    done = service.get_progress(person.context)

    assert (opened.current_step, done.current_step, done.progress_percentage) == ("opened", "acted", 100)
    assert "You have dealt with it." in page_of(ines)


@pytest.mark.proves("G-08")
def test_one_click_needs_no_session_and_looking_is_no_click(ines: User) -> None:
    (person,) = as_recipient(ines)
    path = f"/digest/unsubscribe/{token(Person(person.context.tenant_id, ines.pk))}/"
    client = Client(enforce_csrf_checks=True)

    looked = client.get(path)
    before = digest_service().get_preferences(person.context)
    clicked = client.post(path, {"List-Unsubscribe": "One-Click"})

    assert (looked.status_code, clicked.status_code) == (200, 200)
    assert (before.by_mail, digest_service().get_preferences(person.context).by_mail) == (True, False)
    assert "You will get no digest by mail any more." in unescape(clicked.content.decode())


def test_a_token_that_was_not_signed_here_is_not_there(client: Client, db: None) -> None:
    assert client.get("/digest/unsubscribe/WzEsMV0:forged/").status_code == 404
    assert client.post("/digest/unsubscribe/WzEsMV0:forged/").status_code == 404


@pytest.mark.proves("O-03")
def test_another_institutions_section_stands_on_nobodys_page(ines: User, outsider: User) -> None:
    html = page_of(ines)

    assert "/s/harbour/" not in html
    assert html.count('<section class="digest"') == 1


@pytest.mark.proves("G-07")
def test_whoever_comes_from_the_mail_finds_on_the_page_what_it_told_of(ines: User) -> None:
    before = page_of(ines)

    call_command("send_digests", "--as-of", _sunday_of_this_week(), stdout=StringIO())

    told = re.compile(r"\d+ learning events? (?:was|were) reported")
    assert told.findall(page_of(ines)) == told.findall(before) == ["2 learning events were reported"]


@pytest.mark.proves("G-05")
def test_what_a_mail_names_can_be_reached_with_one_click(ines: User) -> None:
    (mail,) = command("--preview", "--as-of", _next_monday())["mails"]
    client = client_of(ines)

    links = re.findall(r"http://[^/]+(/s/[^#\s]+/(?:tray|console)/)#(\S+)", str(mail["text"]))

    assert links
    for path, anchor in links:
        assert f'id="{anchor}"' in client.get(path).content.decode()


def _tenant(user: User) -> TenantId:
    (person,) = as_recipient(user)
    return person.context.tenant_id


def _sunday_of_this_week() -> str:
    """A digest of this week is due then, and what happened until now is within its window."""
    now = timezone.now()
    return (now.replace(hour=23, minute=30) + timedelta(days=6 - now.weekday())).isoformat()


def _next_monday() -> str:
    now = timezone.now()
    return (now.replace(hour=9, minute=0) + timedelta(days=7 - now.weekday())).isoformat()
