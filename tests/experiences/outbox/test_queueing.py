"""Into the outbox: in the caller's transaction, each key once, nobody else's."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from courses.models import Institution
from experiences.outbox.contract import Mail, Status
from experiences.outbox.models import OutgoingMail
from experiences.outbox.queueing import cancel, enqueue, statuses
from oracles.contract import TenantId
from tests.builders import make_learner, make_section, tenant
from tests.experiences.outbox.conftest import NOW, mail, put

pytestmark = pytest.mark.django_db


@pytest.mark.proves("K-09")
def test_a_key_is_new_once(institution: Institution) -> None:
    first = put(tenant(institution), mail("a"), mail("b"))
    second = put(tenant(institution), mail("b"), mail("c"))

    assert [first, second] == [frozenset("ab"), frozenset("c")]
    assert statuses(tenant(institution), ["a", "b", "c", "d"]) == dict.fromkeys("abc", Status.QUEUED)


@pytest.mark.django_db(transaction=True)
def test_mail_is_stored_with_what_decided_on_it_or_not_at_all(institution: Institution) -> None:
    with transaction.atomic():
        enqueue(tenant(institution), [mail("a")], NOW)
        transaction.set_rollback(True)

    assert statuses(tenant(institution), ["a"]) == {}


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_stored(institution: Institution) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        enqueue(tenant(institution), [mail("a")], NOW)

    assert statuses(tenant(institution), ["a"]) == {}


@pytest.mark.proves("O-03", "K-02")
def test_two_institutions_share_no_keys(institution: Institution, other_institution: Institution) -> None:
    put(tenant(institution), mail("a"))

    assert put(tenant(other_institution), mail("a")) == {"a"}
    assert cancel(tenant(other_institution), ["a"], NOW) == {"a"}
    assert statuses(tenant(institution), ["a"]) == {"a": Status.QUEUED}


def put_and_check(tenant_id: TenantId, one: Mail) -> None:
    """PostgreSQL checks at the commit, which a test does not reach."""
    with transaction.atomic():
        put(tenant_id, one)
        connection.check_constraints()


@pytest.mark.proves("O-04")
def test_a_mail_cannot_be_about_another_tenants_learner(institution: Institution) -> None:
    foreign = make_learner(make_section(Institution.objects.create(slug="x", name="X")), "Zoe")

    with pytest.raises(IntegrityError, match=r"(?i)tenant"):
        put_and_check(tenant(institution), mail("a", learner_id=foreign.pk))


def test_what_was_said_to_an_erased_learner_goes_with_them(institution: Institution) -> None:
    learner = make_learner(make_section(institution), "Eve")
    put(tenant(institution), mail("a", learner_id=learner.pk), mail("b"))

    learner.delete()

    assert set(OutgoingMail.objects.for_tenant(tenant(institution)).values_list("key", flat=True)) == {"b"}
