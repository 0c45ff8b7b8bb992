"""A change of the parameters in words: who, what, from what to what."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from courses.contract import SupportThresholds
from courses.support_settings import Change
from snapshot.projections.regrouping import Regrouping

BECAME: dict[str, str] = {
    "inactivity_days": _("%(who)s changed the inactivity limit from %(old)s to %(new)s days."),
    "progress_low": _("%(who)s changed the limit of low progress from %(old)s to %(new)s %%."),
    "progress_high": _("%(who)s changed the limit of high progress from %(old)s to %(new)s %%."),
    "proficiency_low": _("%(who)s changed the limit of low proficiency from %(old)s to %(new)s %%."),
    "proficiency_high": _("%(who)s changed the limit of high proficiency from %(old)s to %(new)s %%."),
}
WAS: dict[str, str] = {
    "inactivity_days": _("inactivity limit %(old)s → %(new)s days"),
    "progress_low": _("low progress %(old)s → %(new)s %%"),
    "progress_high": _("high progress %(old)s → %(new)s %%"),
    "proficiency_low": _("low proficiency %(old)s → %(new)s %%"),
    "proficiency_high": _("high proficiency %(old)s → %(new)s %%"),
}
RESET = _("%(who)s set the parameters of student support back to their defaults.")


def told(change: Change, reader: int | None) -> tuple[str, ...]:
    """The change as sentences for this reader (a user id), in the language that is active."""
    who = gettext("You") if change.actor == f"user-{reader}" else change.actor_name or gettext("Somebody")
    if change.is_reset:
        return (gettext(RESET) % {"who": who},)
    return tuple(gettext(BECAME[name]) % {"who": who, "old": old, "new": new} for name, old, new in change.differences)


def listed(change: Change) -> tuple[str, ...]:
    """What became of what, for a list that says who and when beside it."""
    return tuple(gettext(WAS[name]) % {"old": old, "new": new} for name, old, new in change.differences)


def foretold(current: SupportThresholds, draft: SupportThresholds, found: Regrouping) -> tuple[str, ...]:
    """What saving the draft would do, counted."""
    said = [
        ngettext("%(n)s learner would be in another group.", "%(n)s learners would be in another group.", found.moved)
        % {"n": found.moved}
        if found.moved
        else gettext("Nobody would be in another group.")
    ]
    days = {"old": current.inactivity_days, "new": draft.inactivity_days}
    if found.out_of_inactive:
        text = ngettext(
            "%(old)s → %(new)s days moves %(n)s learner out of inactive.",
            "%(old)s → %(new)s days moves %(n)s learners out of inactive.",
            found.out_of_inactive,
        )
        said.append(text % {**days, "n": found.out_of_inactive})
    if found.into_inactive:
        text = ngettext(
            "%(old)s → %(new)s days moves %(n)s learner into inactive.",
            "%(old)s → %(new)s days moves %(n)s learners into inactive.",
            found.into_inactive,
        )
        said.append(text % {**days, "n": found.into_inactive})
    if current.inactivity_days != draft.inactivity_days and found.inactive_now == found.inactive_then:
        said.append(gettext("%(old)s → %(new)s days leaves everybody as active or inactive as they are.") % days)
    return tuple(said)
