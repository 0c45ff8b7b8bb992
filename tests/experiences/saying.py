"""What tray, console, digest, dashboard, its files and the commands say of a section, each under the names of SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import cast

from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from courses.models import Section
from dashboard_project.composition.console import console_service
from tests.clients import client_of
from tests.experiences.decision_console.conftest import context_of
from tests.parity.files import Files
from tests.parity.page import Page

SECTION = "/s/lakeside/algebra/"
type Numbers = Mapping[str, float]


def get(user: User, path: str) -> str:
    answer = client_of(user).get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def summary(facts: Mapping[str, object], *names: str) -> Numbers:
    """Those facts of the summary that SQL counts, too."""
    chosen = names or ("class_size", "average_progress_pct", "average_assessment_pct")
    return {name: float(cast("str", facts[f"summary.{name}"])) for name in chosen}


def number(pattern: str, text: str) -> float:
    """The one number that the text says of it; what is said twice is said alike."""
    found = {float(each) for each in re.findall(pattern, text)}
    assert len(found) == 1, (pattern, found)
    return found.pop()


def card(page: str, key: str) -> str:
    """The dashboard's part about one graded page."""
    return page.partition(f'id="assessment-{key}"')[2].partition('id="assessment-')[0]


def on_dashboard(user: User) -> tuple[Numbers, Files]:
    page = get(user, f"{SECTION}?complete=1")
    shown = Page.read(page, "en")
    cards = {key: card(page, key) for key in ("quiz", "essay")}
    told = {
        **summary(shown.facts),
        "quiz_waiting": number(r"(\d+) awaiting a grade", cards["quiz"]),
        "essay_waiting": number(r"(\d+) awaiting a grade", cards["essay"]),
        "essay_missing": number(r"(\d+) missing<", cards["essay"]),
    }
    return told, Files.unpacked(client_of(user).get(shown.export_link).content)


def on_tray(user: User) -> Numbers:
    page = get(user, f"{SECTION}tray/")
    facts = Page.read(page, "en").facts
    return {
        "open_issues": float(facts["tray.open"] or -1),
        "hygiene_score": float(facts["tray.score"] or -1),
        "quiz_waiting": number(r"(\d+) submissions? (?:has|have|waits?)", page),
    }


def on_console(user: User) -> Numbers:
    page = get(user, f"{SECTION}console/")
    return {
        "staged": float(page.count('data-state="staged"')),
        "essay_waiting": number(r"(\d+) waits? for a grade", page),
        "essay_missing": number(r"(\d+) learners? (?:has|have) not handed in", page),
    }


def in_console(user: User, section: Section) -> Numbers:
    """What the console knows of the class, for whoever decides."""
    standing = console_service().get_console(context_of(user, section)).standing.value
    assert standing is not None
    return summary(standing.facts)


def in_digest(text: str) -> Numbers:
    """A digest as HTML: its page or its mail."""
    return {
        **summary(Page.read(text, "en").facts),
        "open_issues": number(r"(\d+) open issues?", text),
        "hygiene_score": number(r"([\d.]+) of 100", text),
        "staged": number(r"(\d+) decisions? waits? for your review", text),
        "essay_waiting": number(r"(\d+) submissions? waits? for a grade", text),
        "essay_missing": number(r"(\d+) learners? (?:has|have) not handed it in", text),
    }


def mailed() -> str:
    out = StringIO()
    now = timezone.now()
    monday = now.replace(hour=9, minute=0) + timedelta(days=7 - now.weekday())
    call_command("send_digests", "--json", "--preview", "--as-of", monday.isoformat(), stdout=out)
    (mail,) = json.loads(out.getvalue())["mails"]
    return unescape(mail["html"])


def commanded(name: str, **options: object) -> Mapping[str, object]:
    out = StringIO()
    call_command(name, section="algebra", institution="lakeside", stdout=out, **options)
    return cast("Mapping[str, object]", json.loads(out.getvalue()))
