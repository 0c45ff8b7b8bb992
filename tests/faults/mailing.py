"""What processes of the mail tests do: `python -m tests.faults.mailing STEP…`, one after the other."""
# ruff: noqa: E402 applications are loaded before what needs them

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from io import StringIO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard_project.settings")

import django

django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import F

from courses.access import Granted, resolve
from courses.models import Institution, Learner, Section
from dashboard_project.composition.console import console_service
from experiences.contract import SectionContext
from experiences.decision_console.contract import Draft, Wording
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import Contact, Decision, DecisionTarget, ReviewBatch
from experiences.outbox.models import OutgoingMail
from oracles.contract import TenantId
from tests import builders

MESSAGE = Wording("The quiz", "Dear {first_name}, the quiz is open.")


def main(*steps: str) -> None:
    for step in steps:
        name, *words = step.split()
        STEPS[name](*words)


def load(learners: str) -> None:
    """A section whose instructor has approved a message to everybody."""
    institution = builders.make_institution("lakeside")
    section = builders.make_section(institution)
    builders.make_user("ines", institution, teaches=section)
    ids = tuple(builders.make_learner(section, f"L{number:03}").pk for number in range(int(learners)))
    context, service = _context(), console_service()
    batch = service.review(context, [service.stage(context, Draft(Kind.MESSAGE, "chosen", ids, wording=MESSAGE))])
    service.approve(context, batch, service.get_review(context, batch).review.content_hash)


def execute() -> None:
    """Whatever waits is executed."""
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    batch = ReviewBatch.objects.for_tenant(_tenant()).get()
    console_service().execute(_context(), batch.pk)


def schedule() -> None:
    """What is due is done, once."""
    call_command("run_schedule", once=True, stdout=StringIO())


def age() -> None:
    """An hour has passed since mail was claimed."""
    claimed = OutgoingMail.objects.for_tenant(_tenant()).filter(status="claimed")
    claimed.update(claimed_at=F("claimed_at") - timedelta(hours=1))


def state() -> None:
    """Where mails, targets, contacts and the decision stand."""
    mails = OutgoingMail.objects.for_tenant(_tenant())
    targets = DecisionTarget.objects.for_tenant(_tenant())
    told = {
        "mails": Counter(mails.values_list("status", flat=True)),
        "targets": Counter(targets.values_list("outcome", flat=True)),
        "contacts": Counter(Contact.objects.for_tenant(_tenant()).values_list("state", flat=True)),
        "decision": Decision.objects.for_tenant(_tenant()).get().state,
        "learners": Learner.objects.for_tenant(_tenant()).count(),
    }
    sys.stdout.write(json.dumps(told))


def _tenant() -> TenantId:
    return TenantId(Institution.objects.get().pk)


def _context() -> SectionContext:
    section = Section.objects.for_tenant(_tenant()).get()
    access = resolve(User.objects.get(username="ines"), "lakeside", section.slug)
    assert isinstance(access, Granted)
    return SectionContext(access.context)


STEPS: Mapping[str, Callable[..., None]] = {
    "load": load,
    "execute": execute,
    "schedule": schedule,
    "age": age,
    "state": state,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
