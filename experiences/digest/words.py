"""A digest in words: each sentence once, for mail and page. One message a sentence, with named placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, gettext_noop, ngettext

from experiences.calculators.insight import Finding, Insight
from experiences.calculators.levels import Confidence, Grade
from experiences.calculators.pace_runway import RunwayStatus, SectionRunway
from experiences.calculators.trend import CORRECT, PROGRESS, SCORES
from experiences.digest.config import Trigger
from experiences.digest.contract import Digest, SectionDigest, TrayReading

type Word = str | Promise

FACTS: Mapping[str, tuple[Word, str]] = {
    "summary.class_size": (gettext_lazy("Learners in the class"), ""),
    "summary.average_progress_pct": (gettext_lazy("Average progress"), "%"),
    "summary.average_proficiency_pct": (gettext_lazy("Average proficiency"), "%"),
    "summary.average_assessment_pct": (gettext_lazy("Average assessment score"), "%"),
}
"""Name and unit, in the page's order."""
GRADES: Mapping[Grade, Word] = {
    Grade.EXCELLENT: gettext_lazy("excellent"),
    Grade.GOOD: gettext_lazy("good"),
    Grade.FAIR: gettext_lazy("fair"),
    Grade.POOR: gettext_lazy("poor"),
}
CONFIDENCE: Mapping[Confidence, Word] = {
    Confidence.HIGH: gettext_lazy("high confidence"),
    Confidence.MEDIUM: gettext_lazy("medium confidence"),
    Confidence.LOW: gettext_lazy("low confidence"),
    Confidence.NONE: gettext_lazy("not enough data"),
}
MEASURES: Mapping[str, Word] = {
    PROGRESS: gettext_lazy("average progress"),
    SCORES: gettext_lazy("assessment scores"),
    CORRECT: gettext_lazy("first attempts that were correct"),
}
BLOCKS: Mapping[str, Word] = {
    "facts": gettext_lazy("The section's numbers could not be read."),
    "slack": gettext_lazy("The pace could not be read."),
    "weeks": gettext_lazy("The past weeks could not be read."),
    "tray": gettext_lazy("The hygiene tray could not be read."),
    "console": gettext_lazy("The decision console could not be read."),
}


def subject(digest: Digest) -> str:
    """What the mail is called."""
    actions = sum(len(section.actions) for section in digest.sections)
    if digest.config.trigger_type is Trigger.ONBOARDING:
        return gettext("Your sections at a glance")
    if not actions:
        return gettext("Your week: what changed in your sections")
    return ngettext("Your week: %(count)d thing to do", "Your week: %(count)d things to do", actions) % {
        "count": actions
    }


def when(moment: datetime, zone: str) -> str:
    return formats.date_format(timezone.localtime(moment, ZoneInfo(zone)), gettext("j M Y, H:i"))


def day(moment: datetime, zone: str) -> str:
    return _written(timezone.localtime(moment, ZoneInfo(zone)).date())


def _written(day: date) -> str:
    return formats.date_format(day, gettext("j M"))


@dataclass(frozen=True, slots=True)
class FactLine:
    fact: str
    label: Word
    value: float | None
    unit: str


def fact_lines(section: SectionDigest) -> tuple[FactLine, ...]:
    """Where the section stands: the summary's numbers."""
    return tuple(
        FactLine(name, label, section.facts[name], unit)
        for name, (label, unit) in FACTS.items()
        if name in section.facts
    )


def slack(runway: SectionRunway | None) -> str:
    """Whether required work will be done in time."""
    if runway is None:
        return ""
    if runway.median is None:
        return gettext("Slack cannot be told: there is no due date, or too little recent work.")
    spare, short = (
        gettext("The median learner has %(days)s days of slack."),
        gettext("The median learner is %(days)s days short."),
    )
    told = (short if runway.median < 0 else spare) % {"days": _number(abs(runway.median))}
    risk = runway.counts[RunwayStatus.CRITICAL]
    at_risk = ngettext(
        "%(count)d learner will not finish in time at their present pace.",
        "%(count)d learners will not finish in time at their present pace.",
        risk,
    ) % {"count": risk}
    unknown = runway.counts[RunwayStatus.INSUFFICIENT_DATA]
    unsure = ngettext(
        "For %(count)d learner it cannot be told.", "For %(count)d learners it cannot be told.", unknown
    ) % {"count": unknown}
    return " ".join([told, *([at_risk] if risk else []), *([unsure] if unknown else [])])


def changes(digest: Digest, section: SectionDigest) -> Iterable[str]:
    """What changed within the window."""
    yield _events(digest, section)
    if section.slack_change and round(section.slack_change, 1):
        shrank, grew = gettext("Slack shrank by %(days)s days."), gettext("Slack grew by %(days)s days.")
        way = shrank if section.slack_change < 0 else grew
        yield way % {"days": _number(abs(section.slack_change))}
    for insight in section.insights:
        if insight.finding in FINDINGS:
            yield FINDINGS[insight.finding](insight)
    if moved := score_moved(section):
        yield moved


def hygiene(tray: TrayReading) -> str:
    """The tray in one line, with the tray's own numbers."""
    issues = ngettext("%(count)d open issue", "%(count)d open issues", tray.open_issues) % {"count": tray.open_issues}
    if tray.score is None or tray.grade is None:
        return gettext("Data quality: not enough data to say; %(issues)s.") % {"issues": issues}
    return gettext("Data quality: %(score)s of 100 (%(grade)s, %(confidence)s); %(issues)s.") % {
        "score": _number(tray.score),
        "grade": GRADES[tray.grade],
        "confidence": CONFIDENCE[tray.confidence],
        "issues": issues,
    }


def score_moved(section: SectionDigest) -> str:
    """How the tray's score moved; empty where there is none to compare with."""
    then, by = section.score_before, section.score_change
    if then is None or by is None or section.tray is None or section.tray.score is None:
        return ""
    if not round(by, 1):
        return gettext("Data quality is what it was on %(day)s.") % {"day": _written(then.day)}
    rose, fell = (
        gettext("Data quality rose from %(before)s on %(day)s to %(now)s."),
        gettext("Data quality fell from %(before)s on %(day)s to %(now)s."),
    )
    numbers = {"before": _number(then.score), "day": _written(then.day), "now": _number(section.tray.score)}
    return (fell if by < 0 else rose) % numbers


def missing(section: SectionDigest) -> tuple[Word, ...]:
    """What could not be read, each in a sentence."""
    return tuple(BLOCKS[name] for name in section.missing)


def _events(digest: Digest, section: SectionDigest) -> str:
    if digest.window.start is None:
        return ngettext(
            "%(count)d learning event was reported.", "%(count)d learning events were reported.", section.events
        ) % {"count": section.events}
    return ngettext(
        "%(count)d learning event was reported since %(since)s.",
        "%(count)d learning events were reported since %(since)s.",
        section.events,
    ) % {"count": section.events, "since": when(digest.window.start, digest.time_zone)}


def _moves(text: str) -> Callable[[Insight], str]:
    def told(insight: Insight) -> str:
        moves = [
            gettext("%(measure)s by %(by)s points")
            % {"measure": MEASURES[cause.name], "by": _number(abs(cause.by or 0))}
            for cause in insight.causes
            if cause.name in MEASURES
        ]
        return gettext(text) % {"moves": ", ".join(moves)}

    return told


def _new_risk(insight: Insight) -> str:
    count = int(insight.numbers["learners"])
    return ngettext(
        "%(count)d more learner has run out of slack.", "%(count)d more learners have run out of slack.", count
    ) % {"count": count}


def _quiet(_insight: Insight) -> str:
    return gettext("Nothing was reported in the last full week.")


FINDINGS: Mapping[Finding, Callable[[Insight], str]] = {
    Finding.WENT_QUIET: _quiet,
    Finding.NEW_RISK: _new_risk,
    Finding.FELL: _moves(gettext_noop("Last week fell: %(moves)s.")),
    Finding.ROSE: _moves(gettext_noop("Last week rose: %(moves)s.")),
}
"""The rest stands in the sentences about slack."""


def _number(value: float) -> str:
    """One decimal, unless it is none."""
    rounded = round(value, 1)
    if rounded.is_integer():
        return formats.number_format(int(rounded))
    return formats.number_format(rounded, decimal_pos=1)
