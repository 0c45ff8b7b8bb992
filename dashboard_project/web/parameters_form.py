"""What a person types as thresholds of student support: five whole numbers that fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from courses.contract import SupportThresholds
from courses.support_settings import FIELDS, INACTIVITY_DAYS

LABELS: dict[str, Promise] = {
    "inactivity_days": _("Inactive after"),
    "progress_low": _("Low progress, below"),
    "progress_high": _("High progress, from"),
    "proficiency_low": _("Low proficiency, up to"),
    "proficiency_high": _("High proficiency, from"),
}
MEANINGS: dict[str, Promise] = {
    "inactivity_days": _("Without any learning event for so long, or ever. It moves nobody to another group."),
    "progress_low": _("Who is below and has low proficiency is struggling."),
    "progress_high": _(
        "Who is above with low proficiency is struggling too; who reaches it with high proficiency excels."
    ),
    "proficiency_low": _("What counts as low, the number itself included."),
    "proficiency_high": _("What counts as high, the number itself included."),
}
LONGEST = 3
"""Digits of what a percentage can be; longer texts are no numbers of ours."""


class ParametersForm(forms.Form):
    """Bound to a query or a post; its cleaned data are `SupportThresholds`."""

    inactivity_days = forms.TypedChoiceField(
        coerce=int,
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in INACTIVITY_DAYS],
    )
    progress_low = forms.IntegerField(min_value=0, max_value=100)
    progress_high = forms.IntegerField(min_value=0, max_value=100)
    proficiency_low = forms.IntegerField(min_value=0, max_value=100)
    proficiency_high = forms.IntegerField(min_value=0, max_value=100)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._in_order(cleaned, "progress_low", "progress_high", _("High progress must be above low progress."))
        self._in_order(
            cleaned, "proficiency_low", "proficiency_high", _("High proficiency must be above low proficiency.")
        )
        return cleaned

    def _in_order(self, cleaned: Mapping[str, int], low: str, high: str, problem: Promise) -> None:
        if low in cleaned and high in cleaned and cleaned[low] >= cleaned[high]:
            self.add_error(high, str(problem))

    @property
    def thresholds(self) -> SupportThresholds:
        """What was typed; only of a valid form."""
        return SupportThresholds(**{name: self.cleaned_data[name] for name in FIELDS})


@dataclass(frozen=True, slots=True)
class Option:
    value: int
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One control as it is shown."""

    name: str
    label: Promise
    meaning: Promise
    value: str
    errors: tuple[str, ...]
    options: tuple[Option, ...] = ()

    @property
    def described_by(self) -> str:
        return f"about-{self.name} error-{self.name}" if self.errors else f"about-{self.name}"


def form_of(values: Mapping[str, str]) -> ParametersForm | None:
    """The form of what a query or a post says; `None` when it says nothing of thresholds."""
    given = {name: values[name] for name in FIELDS if name in values}
    return ParametersForm(given) if given else None


def fields(form: ParametersForm | None, in_force: SupportThresholds) -> tuple[Field, ...]:
    """The controls: as typed, else as in force."""
    return tuple(_fields(form, in_force))


def _fields(form: ParametersForm | None, in_force: SupportThresholds) -> Iterator[Field]:
    for name in FIELDS:
        typed = "" if form is None else str(form.data.get(name, ""))[: LONGEST + 1]
        value = typed if form is not None else str(getattr(in_force, name))
        errors = () if form is None else tuple(str(each) for each in form.errors.get(name, ()))
        choices = INACTIVITY_DAYS if name == "inactivity_days" else ()
        options = tuple(
            Option(days, ngettext_lazy("%d day", "%d days", days) % days, str(days) == value) for days in choices
        )
        yield Field(name, LABELS[name], MEANINGS[name], value, errors, options)
