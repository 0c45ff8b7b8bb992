"""A digest as mail: subject, text and HTML. Equal digests give equal bytes, whoever renders them, and whenever."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from django.template.loader import render_to_string

from experiences.calculators.trend import PROGRESS, SCORES, Week
from experiences.digest import words
from experiences.digest.config import Template
from experiences.digest.contract import Digest, Point, Rendered, SectionDigest
from experiences.words import LEVELS

WIDTH = 76
"""Characters of a line of plain text: a reply quotes it in 78 (RFC 5322). An address is never broken."""
BULLET = re.compile(r"\s*(?:[-!]|\d+\.)?\s*")


@dataclass(frozen=True, slots=True)
class Links:
    """Absolute addresses; none of them names a person."""

    base: str
    """`https://host`, without a slash at its end; empty on the page itself."""
    digest: str
    """Path of the digest's page."""
    unsubscribe: str = ""
    """Path, with the token; empty on the page."""
    leads_anywhere: bool = True
    """Not so where the sections are made up and have no pages."""

    def url(self, path: str) -> str:
        return f"{self.base}{path}" if self.leads_anywhere else ""


@dataclass(frozen=True, slots=True)
class PointLine:
    key: str
    text: str
    level: words.Word
    url: str
    """Empty where what can be done is not to be shown."""


@dataclass(frozen=True, slots=True)
class WeekLine:
    end: str
    progress: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section, ready for a template."""

    key: str
    title: str
    course: str
    url: str
    facts: tuple[words.FactLine, ...]
    slack: str
    changes: tuple[str, ...]
    weeks: tuple[WeekLine, ...]
    actions: tuple[PointLine, ...]
    issues: tuple[PointLine, ...]
    hygiene: str
    tray_url: str
    console_url: str
    staged: int
    missing: tuple[words.Word, ...]
    as_of: str


@dataclass(frozen=True, slots=True)
class DigestView:
    subject: str
    sections: tuple[SectionView, ...]
    is_short: bool
    generated: str
    page_url: str
    unsubscribe_url: str


def render(digest: Digest, links: Links) -> Rendered:
    """The mail, in the active language."""
    context = {"digest": view(digest, links)}
    return Rendered(
        subject=words.subject(digest),
        text=wrapped(render_to_string("digest/mail.txt", context)),
        html=render_to_string("digest/mail.html", context),
    )


def view(digest: Digest, links: Links) -> DigestView:
    """The digest in words, in the active language."""
    told = [section for section in digest.sections if not section.is_empty]
    return DigestView(
        subject=words.subject(digest),
        sections=tuple(_section(digest, section, links) for section in told),
        is_short=digest.config.email_template is Template.SHORT,
        generated=words.when(digest.generated_at, digest.time_zone),
        page_url=links.url(links.digest),
        unsubscribe_url=links.url(links.unsubscribe) if links.unsubscribe else "",
    )


def wrapped(text: str) -> str:
    """The text in lines of at most 76 characters; what goes on stands under where it began, behind its bullet."""
    return "\n".join(line for long in text.rstrip().split("\n") for line in _lines(long)) + "\n"


def _lines(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    found = BULLET.match(line)
    under = " " * (found.end() if found else 0)
    return textwrap.wrap(line, WIDTH, subsequent_indent=under, break_long_words=False, break_on_hyphens=False)


def _section(digest: Digest, section: SectionDigest, links: Links) -> SectionView:
    context, with_links = section.context, digest.config.show_actions
    named = frozenset(section.actions)
    return SectionView(
        key=f"{context.institution_slug}-{context.section_slug}",
        title=context.section_title,
        course=context.course_title,
        url=links.url(f"/s/{context.institution_slug}/{context.section_slug}/"),
        facts=words.fact_lines(section),
        slack=words.slack(section.slack),
        changes=tuple(words.changes(digest, section)),
        weeks=tuple(_week(week, context.time_zone) for week in section.weeks),
        actions=tuple(_point(point, links, with_links=with_links) for point in section.actions),
        issues=tuple(_point(point, links, with_links=with_links) for point in section.issues if point not in named),
        hygiene="" if section.tray is None else words.hygiene(section.tray),
        tray_url=links.url(section.tray.path) if section.tray else "",
        console_url=links.url(section.console.path) if section.console else "",
        staged=0 if section.console is None else section.console.staged,
        missing=words.missing(section),
        as_of="" if section.as_of is None else words.when(section.as_of, context.time_zone),
    )


def _point(point: Point, links: Links, *, with_links: bool) -> PointLine:
    level = LEVELS[point.level] if point.level else ""
    return PointLine(point.key, point.text, level, links.url(point.path) if with_links else "")


def _week(week: Week, zone: str) -> WeekLine:
    return WeekLine(words.day(week.end, zone), week.values.get(PROGRESS), week.values.get(SCORES))
