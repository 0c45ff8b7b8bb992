"""What the console says: one sentence for each code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from experiences.decision_console.contract import Outcome, Why
from experiences.decision_console.kinds import Kind
from experiences.decision_console.rules import parse
from experiences.decision_console.states import State
from snapshot.projections.definitions import BUCKETS

type Words = Mapping[str, Promise]

KINDS: Words = {
    Kind.MESSAGE: _("Message"),
    Kind.EXTENSION: _("Extension"),
    Kind.REOPEN: _("Another attempt"),
    Kind.PRACTICE: _("Assigned practice"),
    Kind.INVITE: _("Meeting invitation"),
    Kind.WATCH: _("Watch-list"),
    Kind.FLAG: _("Flag content"),
    Kind.NO_ACTION: _("No action"),
}
FACTORS: Words = {
    "due": _("Due date"),
    "weight": _("Share of the grade"),
    "stake": _("Overdue share of the grade"),
    "promptness": _("Work that was not on time"),
    "recency": _("Days without activity"),
    "proficiency": _("Low proficiency"),
}
"""Of the urgency of an item, and of a learner."""
MOMENTS: Words = {
    Kind.EXTENSION: _("New due date"),
    Kind.PRACTICE: _("To be done until"),
    Kind.INVITE: _("The meeting begins"),
    Kind.WATCH: _("Watch until"),
}
STATES: Words = {
    State.STAGED: _("Staged"),
    State.SNOOZED: _("Snoozed"),
    State.IN_REVIEW: _("In review"),
    State.APPROVED: _("Approved"),
    State.EXECUTING: _("On its way"),
    State.DONE: _("Done"),
    State.ATTENTION: _("Needs attention"),
    State.DISCARDED: _("Discarded"),
    State.EXPIRED: _("Expired"),
}
OUTCOMES: Words = {
    Outcome.WAITING: _("waiting"),
    Outcome.EXCLUDED: _("left out"),
    Outcome.DONE: _("done"),
    Outcome.QUEUED: _("on its way"),
    Outcome.SKIPPED: _("skipped"),
    Outcome.FAILED: _("failed"),
    Outcome.UNKNOWN: _("unknown: it may have left"),
    Outcome.DROPPED: _("not executed"),
}
WHY: Words = {
    Why.DUPLICATE: _("already in another decision of this kind"),
    Why.ALLOWANCE: _("the weekly contacts are used up"),
    Why.NO_ADDRESS: _("no e-mail address"),
    Why.LEFT: _("left the section"),
    Why.SUBMITTED: _("submitted meanwhile"),
    Why.CALLED_OFF: _("called off"),
    Why.BY_HAND: _("taken out by hand"),
    Why.CHANGED: _("name or address is not what was approved"),
}
CONFLICTS: Words = {
    "same_learner": _("would get more than one mail from this review"),
    "old_data": _("chosen on data older than two days, or of unknown age"),
    Why.DUPLICATE: _("left out: already in another decision of this kind"),
    Why.ALLOWANCE: _("left out: the weekly contacts are used up"),
    Why.NO_ADDRESS: _("left out: no e-mail address"),
    Why.BY_HAND: _("left out by hand"),
    Why.LEFT: _("would be skipped: left the section"),
    Why.SUBMITTED: _("would be skipped: submitted meanwhile"),
}
PROBLEMS: Words = {
    "no_subject": _("The subject is missing."),
    "no_text": _("The text is missing."),
    "no_page": _("The item it is about is missing."),
    "no_reason": _("The reason is missing."),
    "no_moment": _("The date is missing."),
    "moment_is_past": _("The date has passed."),
    "run_at_is_past": _("The time to send it has passed."),
    "nobody_left": _("Nobody is left whom it could be about."),
    "unknown_placeholder": _("There is no placeholder {what}."),
    "unresolved_placeholder": _("The placeholder {what} is empty for {learners} of the learners."),
    "stray_brace": _("A brace stands alone: placeholders are written like {{first_name}}."),
    "foreign_link": _("This link leads away from here: {what}"),
}
REFUSED: Words = {
    "nobody_chosen": _("Nobody was chosen. Nothing was staged."),
    "nobody_left": _("Nobody is left: everybody is in another decision of this kind, has no address, or has been "
                     "written to often enough this week. Nothing was changed."),
    "too_many": _("Too many were chosen at once. Nothing was staged."),
    "page_not_asked": _("This kind of decision is not about an item. Nothing was staged."),
    "page_needed": _("This kind of decision is about an item: choose one. Nothing was staged."),
    "too_long": _("The text is too long. Nothing was changed."),
    "line_break": _("A subject is one line. Nothing was changed."),
    "nothing_chosen": _("No decision was chosen to be reviewed."),
    "not_ready": _("A decision that was chosen is not ready yet: what is missing stands beside it."),
}  # fmt: skip
EVENTS: Words = {
    "staged": _("staged"),
    "merged": _("staged again: it was there already"),
    "edited": _("edited"),
    "snoozed": _("snoozed"),
    "woken": _("back in the queue"),
    "reviewed": _("put into review"),
    "approved": _("approved"),
    "executed": _("executed"),
    "settled": _("outcome known"),
    "resolved": _("settled by hand"),
    "discarded": _("discarded"),
    "expired": _("expired"),
}
DECIDED_BY: Words = {
    "human": _("by a person"),
    "human_bulk": _("by a person, several at once"),
    "machine": _("by the clock"),
}
FIELDS: Words = {
    "subject": _("Subject"),
    "text": _("Text"),
    "moment": _("Date"),
    "reason": _("Reason"),
    "run_at": _("Time to execute"),
    "targets": _("Learners"),
    "state": _("State"),
    "version": _("Version"),
    "content": _("Content"),
}
RULES: Words = {
    "chosen": _("chosen by hand"),
    "outstanding": _("has not handed in: {what}"),
    "ungraded": _("waits for a grade: {what}"),
    "assessments.todo": _("has no score: {what}"),
    "assessments.missing": _("has not handed in: {what}"),
    "assessments.late": _("handed in late: {what}"),
    "assessments.awaiting": _("waits for a grade: {what}"),
    "progress.todo": _("has not completed: {what}"),
    "progress.done": _("has completed: {what}"),
    "student_support": _("student support: {what}"),
    "attention": _("to be looked at first"),
}
"""By head of the rule, or by head and list."""
BEGINNINGS: Mapping[str, tuple[Promise, Promise, Promise]] = {
    "outstanding": (
        _("Something is missing"),
        _("{item} is still open"),
        _("Dear {first_name},\n\n{item} in {course} is due, and I have not received anything from you yet. "
          "If something is in your way, write to me.\n\n{instructor}"),
    ),
    "struggling": (
        _("Offer help"),
        _("How can I help?"),
        _("Dear {first_name},\n\nthe last weeks in {course} look hard for you. "
          "I would like to help: come to my office hour, or write to me what is in your way.\n\n{instructor}"),
    ),
    "inactive": (
        _("Not seen for a while"),
        _("We have not seen you for a while"),
        _("Dear {first_name},\n\nyou have not been in {course} for a while. "
          "It is not too late: write to me, and we find a way back in.\n\n{instructor}"),
    ),
    "excelling": (
        _("Well done"),
        _("Well done"),
        _("Dear {first_name},\n\nyour work in {course} is excellent. Keep it up.\n\n{instructor}"),
    ),
    "beginning": (
        _("Beginning of the course"),
        _("Welcome to {course}"),
        _("Dear {first_name},\n\nwelcome to {course}. I am glad that you are here.\n\n{instructor}"),
    ),
}  # fmt: skip
"""Message templates: name, subject, text. `{item}` is filled in when one is chosen; the rest when it is sent."""


def words(table: Mapping[str, Promise], code: str) -> str:
    """The words of a code; the code itself where nobody has said any."""
    return str(table.get(code, code))


def beginning(code: str, item: str, longest: int) -> tuple[str, str] | None:
    """Subject and text to begin with."""
    found = BEGINNINGS.get(code)
    if found is None:
        return None
    subject, text = (str(part).replace("{item}", item.replace("{", "").replace("}", "")) for part in found[1:])
    return subject[:longest], text


def fits(code: str, item: str) -> str:
    """The beginning that goes with a rule; empty where none does, or where it speaks of an item and there is none."""
    rule = parse(code)
    if rule.head == "outstanding" or (rule.head, rule.part) == ("assessments", "missing"):
        return "outstanding" if item else ""
    if rule.head == "attention":
        return "struggling"
    return rule.part if rule.head == "student_support" and rule.part in BEGINNINGS else ""


def chosen_by(code: str, title: str) -> str:
    """How targets were chosen; `title` is what the page or part is called that the rule names."""
    rule = parse(code)
    found = RULES.get(f"{rule.head}.{rule.part}") or RULES.get(rule.head)
    bucket = BUCKETS.get(rule.part) if rule.head == "student_support" else None
    what = gettext(bucket) if bucket else title or rule.key or rule.part
    return code if found is None else str(found).format(what=what)
