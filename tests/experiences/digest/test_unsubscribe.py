"""No more mail with one click: whoever holds the mail may, nobody else, and looking changes nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from experiences.digest.memory import Person, Preferences
from experiences.digest.models import DigestPreference
from experiences.digest.sending import Outcome
from experiences.digest.unsubscribe import InvalidToken, person_of, token, unsubscribe
from oracles.contract import TenantId
from tests.experiences.digest.readings import HOUR, MONDAY, at_work, recipient_of, sender, service


def token_of(user: User) -> str:
    context = at_work(user)
    return token(Person(context.tenant_id, context.user_id))


@pytest.mark.proves("G-08")
@pytest.mark.django_db
def test_after_one_click_no_digest_leaves(ines: User) -> None:
    unsubscribe(token_of(ines), MONDAY)

    assert sender().send_one(recipient_of(ines), MONDAY).outcome is Outcome.OPTED_OUT


@pytest.mark.proves("G-08")
@pytest.mark.django_db
def test_the_mail_holds_what_a_mail_programs_own_button_needs(ines: User) -> None:
    told = sender().preview_one(recipient_of(ines), MONDAY)

    assert told.delivery is not None
    url = f"https://lectern.example/digest/unsubscribe/{token_of(ines)}/"
    assert dict(told.delivery.mail.headers) == {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    assert url in told.delivery.mail.text


@pytest.mark.django_db
def test_the_day_that_was_chosen_is_kept(ines: User) -> None:
    service().set_preferences(at_work(ines), Preferences(weekday=4), MONDAY)

    unsubscribe(token_of(ines), MONDAY)
    unsubscribe(token_of(ines), MONDAY + HOUR)

    assert service().get_preferences(at_work(ines)) == Preferences(by_mail=False, weekday=4)
    row = DigestPreference.objects.for_tenant(at_work(ines).tenant_id).get()
    assert (row.changed_by, row.changed_at) == ("one_click", MONDAY)


@pytest.mark.django_db
def test_it_is_about_one_institution_and_one_person(ines: User, otto: User) -> None:
    unsubscribe(token_of(ines), MONDAY)

    assert service().get_preferences(at_work(otto)) == Preferences()


@pytest.mark.parametrize("text", ["", "x", "WzEsMV0:forged", "a:b:c"])
def test_what_was_not_signed_here_is_refused(text: str) -> None:
    with pytest.raises(InvalidToken):
        person_of(text)


def test_a_token_is_the_same_each_time_and_names_nobody() -> None:
    person = Person(TenantId(7), 12)

    assert token(person) == token(person)
    assert person_of(token(person)) == person


@pytest.mark.django_db
def test_an_account_that_is_gone_has_nothing_to_be_unsubscribed() -> None:
    unsubscribe(token(Person(TenantId(7), 12)), MONDAY)

    assert not DigestPreference.across_tenants.exists()
