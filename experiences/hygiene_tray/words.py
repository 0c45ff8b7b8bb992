"""What people read about faults: what is wrong, why it matters, how it is mended. One sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from experiences.calculators.data_quality import Effort, Severity
from experiences.hygiene_tray.contract import DetectorName, Number

type Text = Promise | str


@dataclass(frozen=True, slots=True)
class Fault:
    """The words of one fault; `told` takes the numbers of a finding."""

    told: Text
    matters: Text
    fix: Text


POLICY_FIX = _("Fill it in where the item is kept, and import the section again.")
DATE_FIX = _("Correct the dates where the item is kept, and import the section again.")
LETTER_FIX = _("Mend the cause, then try the records again.")

FAULTS: Mapping[str, Fault] = {
    "missing_due_date": Fault(
        _("A graded item has no due date."),
        _("Nobody can say who is late, and it is missing from every pace."),
        DATE_FIX,
    ),
    "impossible_window": Fault(_("It is due before it opens."), _("Everything handed in counts as late."), DATE_FIX),
    "ungraded": Fault(
        ngettext_lazy(
            "%(count)d submission has waited for a grade for more than %(target)d days.",
            "%(count)d submissions have waited for a grade for more than %(target)d days.",
            "count",
        ),
        _("The averages leave these learners out."),
        _("Grade them, or set another target for grading."),
    ),
    "no_objective": Fault(
        ngettext_lazy(
            "%(count)d of %(of)d activities is attached to no objective.",
            "%(count)d of %(of)d activities are attached to no objective.",
            "count",
        ),
        _("What learners do there is evidence of nothing."),
        _("Attach them to an objective in the course, and import the section again."),
    ),
    "missing_grades": Fault(
        ngettext_lazy(
            "%(count)d of %(of)d learners has no grade for an item worth %(share)s %% of all grades.",
            "%(count)d of %(of)d learners have no grade for an item worth %(share)s %% of all grades.",
            "count",
        ),
        _("Their standing is worked out without it."),
        _("Enter the grades, or a zero where nothing was handed in."),
    ),
    "no_policy": Fault(
        _("Nobody has said: %(missing)s."), _("Learners cannot know what a late or second try is worth."), POLICY_FIX
    ),
    "unknown_reference": Fault(
        ngettext_lazy(
            "%(count)d record names something that this section does not have.",
            "%(count)d records name something that this section does not have.",
            "count",
        ),
        _("They count nowhere until what they name is there."),
        _("Add what is missing to the roster or the course, then try the records again."),
    ),
    "same_email": Fault(
        _("%(count)d learners on the roster have the same e-mail address."),
        _("One person's work is split, and each half looks weak."),
        _("Merge them where the roster is kept, and import it again."),
    ),
    "same_name": Fault(
        _("%(count)d learners on the roster have the same name, and one of them has no e-mail address."),
        _("They may be one person whose work is split."),
        _("Check whether they are one person; if not, mark this as reviewed."),
    ),
    "title_drift": Fault(
        _("The gradebook calls this item “%(gradebook)s”."),
        _("Grades may be read for another item."),
        _("Use one title in the course and in the gradebook."),
    ),
    "repeated_events": Fault(
        ngettext_lazy(
            "%(count)d event says what another one has said.",
            "%(count)d events say what another one has said.",
            "count",
        ),
        _("Attempts and visits are counted more than once."),
        _("Ask whoever runs the feed to send each event under one id."),
    ),
    "conflict": Fault(
        ngettext_lazy(
            "%(count)d record has the id of an event that says something else.",
            "%(count)d records have the ids of events that say something else.",
            "count",
        ),
        _("The first one is kept; the others count nowhere."),
        _("Ask whoever runs the feed for an id of its own for each event."),
    ),
    "stale_feed": Fault(
        ngettext_lazy(
            "Nothing has been reported for %(hours)d hour.",
            "Nothing has been reported for %(hours)d hours.",
            "hours",
        ),
        _("Every number of this section is as old as that."),
        _("Ask whoever runs the feed, or import the section again."),
    ),
    "dead_letters": Fault(
        ngettext_lazy(
            "%(count)d record was given up because of what it is like.",
            "%(count)d records were given up because of what they are like.",
            "count",
        ),
        _("They count nowhere."),
        LETTER_FIX,
    ),
    "impossible_scores": Fault(
        ngettext_lazy(
            "%(count)d score is above its maximum, below zero, or out of nothing.",
            "%(count)d scores are above their maximum, below zero, or out of nothing.",
            "count",
        ),
        _("Averages of this item are wrong."),
        _("Correct the scores in the gradebook, and import them again."),
    ),
    "future_events": Fault(
        ngettext_lazy("%(count)d event is dated in the future.", "%(count)d events are dated in the future.", "count"),
        _("Learners look active who may not be."),
        _("Set the clock of the system that sends the events."),
    ),
    "refused": Fault(
        ngettext_lazy(
            "%(count)d record was refused for a number out of range.",
            "%(count)d records were refused for numbers out of range.",
            "count",
        ),
        _("They count nowhere."),
        LETTER_FIX,
    ),
}

DETECTORS: Mapping[DetectorName, Text] = {
    DetectorName.DUE_DATES: _("Due dates"),
    DetectorName.UNGRADED: _("Grading"),
    DetectorName.OBJECTIVES: _("Objectives"),
    DetectorName.MISSING_GRADES: _("High-stakes grades"),
    DetectorName.POLICIES: _("Policies"),
    DetectorName.UNKNOWN_REFERENCES: _("Unknown references"),
    DetectorName.IDENTITY: _("Identity"),
    DetectorName.DUPLICATES: _("Duplicates"),
    DetectorName.FEED: _("Feed"),
    DetectorName.OUT_OF_RANGE: _("Values out of range"),
}

UNMEASURED: Mapping[str, Text] = {
    "no_graded_items": _("there are no graded items"),
    "nothing_handed_in": _("nothing has been handed in"),
    "no_objectives": _("the section has no objectives"),
    "no_activities": _("the section has no activities"),
    "no_weights": _("no weights are known"),
    "no_high_stakes": _("no high-stakes item is over yet"),
    "no_policies_told": _("the source of this section tells no policies"),
    "no_events": _("nothing has been reported yet"),
    "no_learners": _("nobody is enrolled"),
    "not_running": _("the section is not running, or its dates are not known"),
    "unavailable": _("its data could not be read; what was found before still stands"),
}

SEVERITIES: Mapping[Severity, Text] = {
    Severity.CRITICAL: _("Critical"),
    Severity.HIGH: _("High"),
    Severity.MEDIUM: _("Medium"),
    Severity.LOW: _("Low"),
}
EFFORTS: Mapping[Effort, Text] = {
    Effort.QUICK: _("a quick fix"),
    Effort.SOME: _("some minutes"),
    Effort.LONG: _("longer work"),
}
REASONS: Mapping[str, Text] = {
    "unknown_learner": _("Unknown learner"),
    "unknown_page": _("Unknown page"),
    "unknown_activity": _("Unknown activity"),
    "unknown_section": _("Unknown section"),
    "unknown_objective": _("Unknown objective"),
    "activity_elsewhere": _("Activity on another page"),
    "conflict": _("Id used twice"),
    "out_of_range": _("Number out of range"),
    "naive_time": _("Time without a zone"),
    "bad_id": _("No valid id"),
    "bad_text": _("Text that cannot be stored"),
    "bad_verb": _("Unknown verb"),
    "too_long": _("Too long"),
}
RULES: Mapping[str, Text] = {
    "attempts": _("how many attempts there are"),
    "late": _("what becomes of late work"),
    "scoring": _("which attempt counts"),
}
WITHOUT_TITLE: Mapping[str, Text] = {
    "stale_feed": _("The section's feed"),
    "future_events": _("Events"),
    "same_email": _("Learners"),
    "same_name": _("Learners"),
}


def told(fault: str, numbers: Mapping[str, Number]) -> str:
    """What is wrong, with the numbers of the finding."""
    said: dict[str, object] = dict(numbers)
    if "missing" in said:
        said["missing"] = ", ".join(str(RULES[rule]) for rule in str(said["missing"]).split())
    return str(FAULTS[fault].told % said) if said else str(FAULTS[fault].told)


def subject(fault: str, title: str) -> str:
    """What it is about."""
    return str(WITHOUT_TITLE.get(fault) or REASONS.get(title, title))
