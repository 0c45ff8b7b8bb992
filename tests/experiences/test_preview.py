"""In a preview every write is refused in the service layer, whatever the page offers (T-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from courses.models import Learner
from dashboard_project.composition.console import console_service
from dashboard_project.composition.tray import tray_service
from experiences.contract import InstructorContext, PreviewRefused, SectionContext
from experiences.decision_console.contract import Draft, Wording
from experiences.decision_console.kinds import Kind
from experiences.decision_console.staging import Edit
from experiences.digest.memory import Preferences
from experiences.hygiene_tray.issues import Chosen
from experiences.hygiene_tray.states import Verb, Wish
from experiences.outbox.contract import Resolution
from experiences.test_drive.contract import Dataset
from tests.experiences.digest.readings import MONDAY, at_work, service
from tests.experiences.digest.two_tenants import digest_of, ready
from tests.experiences.tenants import Side, two_tenants
from tests.experiences.test_drive.samples import drives

pytestmark = pytest.mark.django_db

type AtSection = Callable[[SectionContext], object]
type AtWork = Callable[[InstructorContext, Side], object]

AT_A_SECTION: dict[str, AtSection] = {
    "tray.change": lambda at: tray_service().change(at, [Chosen(1, 1)], Wish(Verb.START)),
    "tray.replay": lambda at: tray_service().replay(at, Chosen(1, 1)),
    "tray.undo": lambda at: tray_service().undo(at, uuid4()),
    "tray.reorder": lambda at: tray_service().reorder(at, [1], 0),
    "console.stage": lambda at: console_service().stage(at, Draft(Kind.MESSAGE, "chosen", (1,))),
    "console.edit": lambda at: console_service().edit(
        at, 1, Edit(1, Draft(Kind.MESSAGE, "chosen").wording, frozenset())
    ),
    "console.snooze": lambda at: console_service().snooze(at, 1, MONDAY + timedelta(days=1)),
    "console.wake": lambda at: console_service().wake(at, 1),
    "console.discard": lambda at: console_service().discard(at, 1),
    "console.review": lambda at: console_service().review(at, [1]),
    "console.execute": lambda at: console_service().execute(at, 1),
    "console.resolve": lambda at: console_service().resolve(at, 1, [1], Resolution.GIVE_UP),
    "console.run_due": lambda at: console_service().run_due(at),
}
OF_A_PERSON: dict[str, AtWork] = {
    "digest.set_preferences": lambda at, _: service().set_preferences(at, Preferences(by_mail=False), MONDAY),
    "digest.mark": lambda at, side: service().mark(at, digest_of(side), "opened", MONDAY),
    "digest.deliver": lambda at, side: service().deliver(at, ready(side), MONDAY),
    "test_drive.start": lambda at, _: drives().start(at, Dataset.OWN, MONDAY),
    "test_drive.end": lambda at, _: drives().end(at, MONDAY),
    "test_drive.extend": lambda at, side: drives().extend(at, side.user.pk, MONDAY),
}


@pytest.mark.proves("T-02")
@pytest.mark.parametrize("name", AT_A_SECTION)
def test_a_preview_of_a_section_changes_nothing(name: str) -> None:
    context = two_tenants().mine.at_section(is_preview=True)

    with pytest.raises(PreviewRefused):
        AT_A_SECTION[name](context)


@pytest.mark.proves("T-02")
@pytest.mark.parametrize("name", OF_A_PERSON)
def test_a_preview_of_a_person_changes_nothing(name: str) -> None:
    side = two_tenants().mine
    real = at_work(side.user)
    preview = InstructorContext(real.tenant_id, real.user_id, real.time_zone, real.sections, is_preview=True)

    with pytest.raises(PreviewRefused):
        OF_A_PERSON[name](preview, side)


@pytest.mark.proves("T-02", "K-12")
def test_a_preview_approves_no_review() -> None:
    side = two_tenants().mine
    real, preview = side.at_section(), side.at_section(is_preview=True)
    learner = Learner.objects.for_tenant(side.tenant_id).order_by("pk").first()
    assert learner is not None
    wording = Wording(subject="Quiz", text="Hello")
    decision = console_service().stage(real, Draft(Kind.MESSAGE, "chosen", (learner.pk,), wording=wording))
    batch = console_service().review(real, [decision])
    shown = console_service().get_review(preview, batch)

    with pytest.raises(PreviewRefused):
        console_service().approve(preview, batch, shown.review.content_hash)

    assert not shown.may_approve


@pytest.mark.proves("T-02")
def test_looking_at_a_tray_in_a_preview_only_reads() -> None:
    context = two_tenants().mine.at_section(is_preview=True)

    assert tray_service().look(context) is False
    assert tray_service().get_tray(context).looked_at is None
