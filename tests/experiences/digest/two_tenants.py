"""The digest between two tenants: whatever is called for one, the other's reads and rows stay their own."""

from __future__ import annotations

from experiences.contract import InstructorContext
from experiences.digest import memory
from experiences.digest.config import DigestConfig, Trigger
from experiences.digest.contract import Digest
from experiences.digest.data import DigestDataOrchestrator
from experiences.digest.experiments import SHORTER
from experiences.digest.memory import Delivery, Person, Preferences
from experiences.digest.models import DigestDelivery, DigestProgress
from experiences.digest.sending import Outcome
from tests.experiences.digest.readings import KEY, MONDAY, FakeSources, at_work, recipient_of, reported, sender, service
from tests.experiences.tenants import Cases, Side, Tenants

WEEKLY = DigestConfig.weekly()


def data(sources: FakeSources | None = None) -> DigestDataOrchestrator:
    return DigestDataOrchestrator(sources or FakeSources(), KEY)


def at(side: Side) -> InstructorContext:
    return at_work(side.user)


def digest_of(side: Side) -> Digest:
    return service().get_digest(at(side), WEEKLY, MONDAY)


def ready(side: Side) -> Delivery:
    """A digest of this side that could leave."""
    side.user.email = f"{side.user.username}@teachers.example"
    side.user.save()
    told = sender().preview_one(recipient_of(side.user), MONDAY)
    assert told.outcome is Outcome.READY
    assert told.delivery is not None
    return told.delivery


def reading_asks_for_one_tenant_only(tenants: Tenants) -> None:
    reported(tenants.mine.section, MONDAY, count=2)
    reported(tenants.other.section, MONDAY, count=7)
    sources = FakeSources()

    found = data(sources).get_digest_data(at(tenants.mine), WEEKLY, MONDAY)

    assert {tenant for _, tenant, _ in sources.asked} == {tenants.mine.tenant_id}
    assert [section.events for section in found.sections] == [2]


def a_digest_is_about_one_tenant_only(tenants: Tenants) -> None:
    digest = service().get_digest(at(tenants.mine), WEEKLY, MONDAY)

    assert {section.context.tenant_id for section in digest.sections} == {tenants.mine.tenant_id}


def anothers_preferences_are_not_read(tenants: Tenants) -> None:
    memory.keep_preferences(_person(tenants.other), Preferences(by_mail=False), "person", MONDAY)

    assert data().get_preferences(at(tenants.mine)) == Preferences()
    assert service().get_preferences(at(tenants.mine)) == Preferences()


def anothers_preferences_are_not_written(tenants: Tenants) -> None:
    data().store_preferences(at(tenants.mine), Preferences(weekday=2), MONDAY)
    service().set_preferences(at(tenants.mine), Preferences(weekday=3), MONDAY)

    assert memory.preferences_of(_person(tenants.other)) == Preferences()
    assert memory.preferences_of(_person(tenants.mine)) == Preferences(weekday=3)


def anothers_progress_is_not_read(tenants: Tenants) -> None:
    memory.advance(_person(tenants.other), digest_of(tenants.other), "acted", MONDAY)

    assert data().get_progress(at(tenants.mine), Trigger.WEEKLY).current_step == "start"
    assert service().get_progress(at(tenants.mine)).current_step == "start"


def anothers_progress_is_not_written(tenants: Tenants) -> None:
    data().store_progress(at(tenants.mine), digest_of(tenants.mine), "opened", MONDAY)
    service().mark(at(tenants.mine), digest_of(tenants.mine), "acted", MONDAY)

    assert not DigestProgress.objects.for_tenant(tenants.other.tenant_id).exists()


def anothers_delivery_is_none_of_ones_own(tenants: Tenants) -> None:
    memory.deliver(_person(tenants.other), ready(tenants.other), MONDAY)

    assert not data().is_delivered(at(tenants.mine), Trigger.WEEKLY, MONDAY)
    assert not service().is_delivered(at(tenants.mine), MONDAY)


def a_delivery_is_stored_for_one_tenant_only(tenants: Tenants) -> None:
    assert data().store_delivery(at(tenants.mine), ready(tenants.mine), MONDAY)

    assert not DigestDelivery.objects.for_tenant(tenants.other.tenant_id).exists()


def what_leaves_leaves_one_tenant_only(tenants: Tenants) -> None:
    assert service().deliver(at(tenants.mine), ready(tenants.mine), MONDAY)

    assert not DigestDelivery.objects.for_tenant(tenants.other.tenant_id).exists()


def an_arm_is_ones_own(tenants: Tenants) -> None:
    arm = data().arm_of(at(tenants.mine), SHORTER)
    config = service().weekly_config(at(tenants.mine))
    memory.keep_arm(_person(tenants.other), SHORTER.name, "A" if arm == "B" else "B", MONDAY)

    assert data().arm_of(at(tenants.mine), SHORTER) == service().arm_of(at(tenants.mine)) == arm
    assert service().weekly_config(at(tenants.mine)) == config


def _person(side: Side) -> Person:
    return Person(side.tenant_id, side.user.pk)


CASES: Cases = {
    ("DigestDataOrchestrator", "get_digest_data"): reading_asks_for_one_tenant_only,
    ("DigestDataOrchestrator", "get_preferences"): anothers_preferences_are_not_read,
    ("DigestDataOrchestrator", "store_preferences"): anothers_preferences_are_not_written,
    ("DigestDataOrchestrator", "get_progress"): anothers_progress_is_not_read,
    ("DigestDataOrchestrator", "store_progress"): anothers_progress_is_not_written,
    ("DigestDataOrchestrator", "is_delivered"): anothers_delivery_is_none_of_ones_own,
    ("DigestDataOrchestrator", "store_delivery"): a_delivery_is_stored_for_one_tenant_only,
    ("DigestDataOrchestrator", "arm_of"): an_arm_is_ones_own,
    ("DigestService", "get_digest"): a_digest_is_about_one_tenant_only,
    ("DigestService", "weekly_config"): an_arm_is_ones_own,
    ("DigestService", "deliver"): what_leaves_leaves_one_tenant_only,
    ("DigestService", "is_delivered"): anothers_delivery_is_none_of_ones_own,
    ("DigestService", "arm_of"): an_arm_is_ones_own,
    ("DigestService", "get_preferences"): anothers_preferences_are_not_read,
    ("DigestService", "set_preferences"): anothers_preferences_are_not_written,
    ("DigestService", "get_progress"): anothers_progress_is_not_read,
    ("DigestService", "mark"): anothers_progress_is_not_written,
}
