"""Tray and console together hold every item once: on sections drawn at random, looked at and worked on by people.

What is there is read with plain SQL; what the tray holds is what it lists, what the console holds is what it offers.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from django.contrib.auth.models import User
from django.db import connection

from courses.models import Institution, Section, Teaching
from experiences.contract import SectionContext
from experiences.decision_console.contract import Draft, Wording
from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.decision_console.kinds import Kind
from experiences.decision_console.service import DecisionConsoleService, Item
from experiences.hygiene_tray.contract import Blocks
from experiences.hygiene_tray.service import HygieneTrayService
from experiences.hygiene_tray.states import Verb, Wish
from experiences.hygiene_tray.tray import Filters
from tests import builders
from tests.experiences.decision_console.conftest import NoSnapshots, context_of
from tests.experiences.hygiene_tray.worlds import DAY, World, seen
from tests.experiences.sections import Drawn

pytestmark = [pytest.mark.django_db, pytest.mark.proves("O-14")]

IN_SHORT, SECTIONS = 60, 500
SOME, FEW = 0.35, 0.15
GRADED = """
    SELECT id FROM courses_page
    WHERE institution_id = %s AND section_id = %s AND graded AND NOT hidden
"""
ENROLLED = """
    SELECT learner_id FROM courses_enrollment
    WHERE institution_id = %s AND section_id = %s AND role = 'learner' AND status = 'enrolled'
"""
HANDED_IN = """
    SELECT learner_id FROM courses_assessmentscore
    WHERE institution_id = %s AND section_id = %s AND page_id = %s AND (submitted_at IS NOT NULL OR score IS NOT NULL)
"""
HAS_MORE_TIME = """
    SELECT learner_id FROM decision_console_arrangement
    WHERE institution_id = %s AND section_id = %s AND page_id = %s AND kind = 'extension'
"""


class House:
    """An institution whose sections are drawn; its tray, and the console that asks the tray."""

    def __init__(self, institution: Institution, teacher: User, seed: int) -> None:
        self.dice, self.world, self.teacher = Random(seed), World(), teacher
        self.drawn = Drawn(institution, self.dice, self.world.clock.now)
        self.tray: HygieneTrayService = self.world.make()
        self.console = DecisionConsoleService(
            DecisionConsoleDataOrchestrator(NoSnapshots(), self.tray.blocked, self.world.clock)
        )

    def section(self) -> Section:
        """Drawn and looked at; somebody has done something about some of the issues, and given somebody more time."""
        section = self.drawn.section()
        Teaching.objects.for_tenant(self.drawn.tenant).create(section=section, user=self.teacher)
        here = context_of(self.teacher, section)
        self.tray.look(here)
        for verb in self.dice.sample([Verb.START, Verb.RESOLVE, Verb.IGNORE], 2):
            some = [seen(issue) for issue in self.tray.get_tray(here).issues if self.dice.random() < SOME]
            self.tray.change(here, some, Wish(verb, "drawn"), is_confirmed=True)
        if self.dice.random() < SOME:
            self.tray.look(here, is_forced=True)
        self._give_time(section, here)
        return section

    def _give_time(self, section: Section, here: SectionContext) -> None:
        pages, learners = asked(GRADED, section), asked(ENROLLED, section)
        if pages and learners and self.dice.random() < FEW:
            wording = Wording(moment=self.world.clock.now + DAY)
            whom, what = self.dice.choice(learners), self.dice.choice(pages)
            draft = Draft(Kind.EXTENSION, "chosen", (whom,), page=what, wording=wording)
            batch = self.console.review(here, [self.console.stage(here, draft)])
            self.console.approve(here, batch, self.console.get_review(here, batch).review.content_hash)
            self.console.execute(here, batch)

    def held_by_tray(self, here: SectionContext) -> Blocks:
        """What hangs on the issues that the tray lists as open."""
        held = Blocks()
        for issue in self.tray.get_tray(here, Filters()).issues:
            held |= issue.blocks
        return held

    def offered(self, here: SectionContext) -> tuple[Item, ...]:
        items = self.console.get_console(here).items.value
        assert items is not None
        return items


def asked(statement: str, section: Section, *more: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [section.institution_id, section.pk, *more])
        return [pk for (pk,) in cursor.fetchall()]


def check(house: House, section: Section) -> Counter[str]:
    """Every graded page, and of each page that is due every learner, is held once; how many, and by whom."""
    here = context_of(house.teacher, section)
    held, items = house.held_by_tray(here), house.offered(here)
    graded, everybody = asked(GRADED, section), asked(ENROLLED, section)
    offered = [item.obligation.page_id for item in items]
    kept = [page for page in graded if page in held.pages]

    assert sorted(offered + kept) == sorted(graded)
    for item in items:
        if item.work is not None:
            page = item.obligation.page_id
            done = {*asked(HANDED_IN, section, page), *asked(HAS_MORE_TIME, section, page)}
            owing = [one for one in everybody if one not in done | held.learners]
            assert sorted(item.work.missing) == sorted(owing)
            assert not {*item.work.ungraded} & ({*item.work.missing} | held.learners)
    return Counter(
        offered=len(offered), kept=len(kept), twins=len(held.learners), due=sum(i.work is not None for i in items)
    )


def check_all(institution: Institution, sections: int) -> None:
    teacher = builders.make_user("ines", institution)
    house, told = House(institution, teacher, seed=sections), Counter[str]()
    for _ in range(sections):
        section = house.section()
        told += check(house, section)

    assert min(told[name] for name in ("offered", "kept", "twins", "due")) > sections // 10, told


def test_on_sixty_drawn_sections_tray_and_console_hold_every_item_once(institution: Institution) -> None:
    check_all(institution, IN_SHORT)


@pytest.mark.long
def test_on_five_hundred_drawn_sections_tray_and_console_hold_every_item_once(institution: Institution) -> None:
    check_all(institution, SECTIONS)


def test_when_every_issue_is_closed_the_console_holds_everything(institution: Institution) -> None:
    house = House(institution, builders.make_user("ines", institution), seed=1)
    for _ in range(10):
        section = house.section()
        here = context_of(house.teacher, section)
        issues = [seen(issue) for issue in house.tray.get_tray(here).issues]
        house.tray.change(here, issues, Wish(Verb.IGNORE, "drawn"), is_confirmed=True)

        assert sorted(item.obligation.page_id for item in house.offered(here)) == sorted(asked(GRADED, section))
