"""What a preview shows: everything that may be read, and no way to change it (T-02).

That every change is refused in the service layer, whatever the page offers, is shown by `test_every_call.py`.
"""

from __future__ import annotations

import pytest

from courses.models import Learner
from dashboard_project.composition.console import console_service
from dashboard_project.composition.tray import tray_service
from experiences.contract import PreviewRefused
from experiences.decision_console.contract import Draft, Wording
from experiences.decision_console.kinds import Kind
from tests.experiences.tenants import two_tenants

pytestmark = pytest.mark.django_db


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
