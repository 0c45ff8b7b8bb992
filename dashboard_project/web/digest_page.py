"""What the digest's page shows: the digest of each institution, and the form with when it comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.dates import WEEKDAYS

from experiences.digest.config import DigestConfig
from experiences.digest.contract import Progress
from experiences.digest.memory import Preferences
from experiences.digest.recipients import Recipient
from experiences.digest.rendering import DigestView, Links, view
from experiences.digest.service import DigestService


class WantedForm(forms.Form):
    """When the digest comes."""

    by_mail = forms.BooleanField(required=False)
    weekday = forms.TypedChoiceField(choices=list(WEEKDAYS.items()), coerce=int)
    language = forms.ChoiceField(choices=[("", ""), *settings.LANGUAGES], required=False)


@dataclass(frozen=True, slots=True)
class InstitutionDigest:
    """One institution's digest, as it would be sent."""

    tenant_id: int
    name: str
    email: str
    digest: DigestView
    is_empty: bool
    has_sections: bool
    is_sent: bool
    """This week's has left."""
    wanted: Preferences
    progress: Progress
    weekdays: tuple[tuple[int, str], ...]
    languages: tuple[tuple[str, str], ...]
    """Code and own name of each."""
    usual_language: str
    """Own name of the installation's."""


def institution_digest(person: Recipient, service: DigestService, now: datetime) -> InstitutionDigest:
    """The digest of this person in this institution; that it was opened is recorded, if it was sent."""
    context = person.context
    made = service.get_digest(context, service.weekly_config(context), now)
    if not made.sections:  # nothing is in term: what is about to begin
        made = service.get_digest(context, DigestConfig.onboarding(), now)
    is_sent = service.is_delivered(context, now)
    if is_sent:
        service.mark(context, made, "opened", now)
    return InstitutionDigest(
        tenant_id=context.tenant_id,
        name=person.institution,
        email=person.email,
        digest=view(made, Links("", reverse("digest"))),
        is_empty=made.is_empty,
        has_sections=bool(made.sections),
        is_sent=is_sent,
        wanted=service.get_preferences(context),
        progress=service.get_progress(context),
        weekdays=tuple((number, str(name)) for number, name in WEEKDAYS.items()),
        languages=tuple(settings.LANGUAGES),
        usual_language=dict(settings.LANGUAGES)[settings.LANGUAGE_CODE],
    )
