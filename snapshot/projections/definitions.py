"""The words of every number, once: they feed the page's explanations, the CSV's data dictionary and the AI context.

English is the source; the page passes each text through gettext. Pure: `gettext_noop` only marks a text.
"""

from __future__ import annotations

from collections.abc import Mapping


def gettext_noop(text: str) -> str:
    """Mark a text for translation."""
    return text


FACTS: dict[str, str] = {
    "summary.class_size": gettext_noop(
        "Learners enrolled in the section; staff and learners who left are not counted."
    ),
    "summary.average_progress_pct": gettext_noop(
        "The mean over all enrolled learners of their progress: the sum of their page progress in this part of the "
        "course ÷ its number of pages. Learners who did nothing count as 0."
    ),
    "summary.average_proficiency_pct": gettext_noop(
        "The mean of the class proficiency of the objectives in this part of the course that have one."
    ),
    "summary.average_assessment_pct": gettext_noop(
        "The mean of the mean scores of the assessments: every assessment with a score counts once, "
        "however many took it."
    ),
    "progress.completed": gettext_noop("Learners whose exact progress reaches the threshold that counts as completed."),
    "progress.average_pct": gettext_noop(
        "The mean progress of all enrolled learners in this item, 0 for who did nothing."
    ),
    "student_support.count": gettext_noop(
        "Learners in this group. Every learner is in exactly one: progress or proficiency missing → not enough "
        "information; both high → excelling; progress very low or very high with low proficiency → struggling; "
        "everybody else → on track."
    ),
    "student_support.inactive.count": gettext_noop(
        "Learners without any learning event for the set number of days, or ever. It does not change their group."
    ),
    "challenging_objectives.proficiency_pct": gettext_noop(
        "Class proficiency: the mean over learners with enough evidence (3 first attempts or more) of "
        "(correct first attempts + 0.2 × other first attempts) ÷ first attempts."
    ),
    "challenging_objectives.count": gettext_noop(
        "Objectives whose class proficiency is at most 40 %, with at least 3 learners having enough evidence."
    ),
    "assessments.completed": gettext_noop("Learners who have a score."),
    "assessments.min": gettext_noop("The lowest score: points ÷ points possible × 100."),
    "assessments.median": gettext_noop("The middle score; the mean of the middle two when their number is even."),
    "assessments.mean": gettext_noop("The mean score of the learners who have one."),
    "assessments.max": gettext_noop("The highest score."),
    "assessments.std_dev": gettext_noop("The population standard deviation of the scores."),
}

BESIDES: dict[str, str] = {
    "progress.threshold": gettext_noop(
        "Completed means: the share of its pages from which an item counts as completed. Not everybody can reach "
        "100 % everywhere, so you choose it; it changes nobody's progress."
    ),
    "progress.learners": gettext_noop(
        "Behind a bar stand all enrolled learners: done, those whose exact progress reaches the threshold; not yet, "
        "everybody else. Together they are the class."
    ),
    "challenging_objectives.coverage": gettext_noop(
        "Coverage: the learners with enough evidence on the objective ÷ all enrolled learners."
    ),
    "assessments.missing": gettext_noop(
        "Missing: the due date has passed and nothing was handed in. Work that was handed in and awaits its grade is "
        "not missing."
    ),
    "assessments.late": gettext_noop("Late: handed in after the due date."),
    "assessments.todo": gettext_noop(
        "Without a score: all enrolled learners who have none, whether they handed nothing in or await their grade."
    ),
}
"""Of numbers that stand beside the facts and are none: they are counted from the same answers."""

WHY: dict[str, str] = {
    "no_progress": gettext_noop("there is no page here to make progress on"),
    "few_attempts": gettext_noop("%(first_attempts)s first attempts, %(needed)s are needed to judge proficiency"),
    "excelling": gettext_noop(
        "progress %(progress)s %% ≥ %(progress_limit)s and proficiency %(proficiency)s %% ≥ %(proficiency_limit)s"
    ),
    "struggling_low": gettext_noop(
        "progress %(progress)s %% < %(progress_limit)s and proficiency %(proficiency)s %% ≤ %(proficiency_limit)s"
    ),
    "struggling_high": gettext_noop(
        "progress %(progress)s %% > %(progress_limit)s but proficiency %(proficiency)s %% ≤ %(proficiency_limit)s"
    ),
    "on_track": gettext_noop(
        "progress %(progress)s %% and proficiency %(proficiency)s %%: neither struggling nor excelling"
    ),
}

RECOMMENDATIONS: dict[str, str] = {
    "nobody_started": gettext_noop("None of the %(class_size)s learners has started here yet."),
    "many_missing": gettext_noop(
        "%(missing)s of %(class_size)s learners missed “%(title)s”: it was due and nothing came."
    ),
    "many_struggling": gettext_noop(
        "%(count)s of %(class_size)s learners are struggling, %(inactive)s of them inactive. "
        "A short message often helps."
    ),
    "hard_objective": gettext_noop(
        "“%(title)s” is hard: class proficiency is %(proficiency)s %% over %(n)s learners with enough evidence."
    ),
    "many_inactive": gettext_noop("%(inactive)s of %(class_size)s learners have done nothing for %(days)s days."),
}

RULES: dict[str, str] = {
    "nobody_started": gettext_noop("It speaks when nobody in the class has any activity here."),
    "many_missing": gettext_noop(
        "It speaks when at least a fifth of the class missed an assessment, about the one that most missed."
    ),
    "many_struggling": gettext_noop("It speaks when at least a tenth of the class is struggling."),
    "hard_objective": gettext_noop("It speaks when an objective is challenging, about the hardest one."),
    "many_inactive": gettext_noop("It speaks when at least a fifth of the class is inactive."),
}
"""When each recommendation speaks; the first that does is the one that is shown."""

BUCKETS: dict[str, str] = {
    "struggling": gettext_noop("Struggling"),
    "on_track": gettext_noop("On track"),
    "excelling": gettext_noop("Excelling"),
    "not_enough_information": gettext_noop("Not enough information"),
}

type Numbers = Mapping[str, int | float | str | None]


def of_fact(fact_id: str) -> str:
    """The words of a fact: `progress.unit-1.completed` has those of `progress.completed`."""
    capability, _, rest = fact_id.partition(".")
    return FACTS.get(fact_id) or FACTS.get(f"{capability}.{rest.rpartition('.')[2]}", "")


def fill(text: str, numbers: Numbers) -> str:
    """A text with its numbers in it; whole numbers lose their `.0`."""
    return text % {name: _plain(number) for name, number in numbers.items()}


def _plain(number: float | str | None) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)
