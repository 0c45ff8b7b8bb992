"""Made-up learners: a name, an ability, habits. Pure; randomness is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

FIRST_NAMES = (  # noqa: SIM905  names read better as words
    "Aaliyah Adam Aiko Alejandro Amara Amir Ana Anders Anya Arjun Astrid Beatriz Bilal Brigid Camila Chen Chidi Clara "
    "Dalia Daniel Deepa Dmitri Elena Elif Emeka Emma Esra Fatima Felix Femi Freya Gabriel Giulia Grace Hana Hassan "
    "Hugo Ibrahim Imani Ingrid Isla Ivan Jamal Javier Jin Joao Jonas Kai Kaito Kavya Kofi Lara Layla Leila Leo Li "
    "Lucia Maja Malik Marek Maria Mateo Mei Mina Mohammed Nadia Naoko Neha Nia Niamh Noah Nora Olga Omar Oscar Paula "
    "Pedro Priya Rafael Rania Ravi Rosa Samir Sara Sasha Selma Sofia Soren Tariq Tess Thabo Tomas Uma Viktor Wei Yara "
    "Yusuf Zara Zeynep Zoe"
).split()
LAST_NAMES = (  # noqa: SIM905
    "Abara Adeyemi Ahmed Alvarez Andersen Banerjee Barros Becker Bianchi Carter Castillo Chowdhury Cohen Costa "
    "Diallo Dubois Eriksen Evans Farah Fernandez Fischer Fontaine Garcia Gonzalez Gupta Haddad Hansen Hernandez Hoang "
    "Ibrahim Ito Ivanova Jansen Johnson Kaya Khan Kim Kowalski Kumar Larsen Lee Lopez Mbeki Mehta Meyer Moreau Mori "
    "Murphy Nakamura Nguyen Novak Nwosu Okafor Olsen Ortiz Osei Park Patel Pereira Petrov Popescu Rahman Ramos Reyes "
    "Rossi Sanchez Santos Sato Schmidt Sharma Silva Singh Smith Sokolov Suzuki Tanaka Torres Tran Vargas Walker Wang "
    "Weber Wilson Wong Yilmaz Young Zhang Zhou"
).split()


@dataclass(frozen=True, slots=True)
class Habit:
    """A kind of learner. `share` of the class; `quits` weeks before today (None = still here)."""

    name: str
    share: float
    ability: float
    diligence: float
    """Probability of doing a page at all."""
    delay: timedelta
    quits: int | None = None


HABITS = (
    Habit("strong", 0.26, 2.6, 0.98, timedelta(hours=8)),
    Habit("steady", 0.32, 0.9, 0.90, timedelta(days=1)),
    Habit("weak", 0.12, -1.4, 0.75, timedelta(days=2)),
    Habit("lost", 0.09, -2.6, 0.35, timedelta(days=3)),
    Habit("late", 0.09, 0.4, 0.82, timedelta(days=5)),
    Habit("gone quiet", 0.09, -0.2, 0.85, timedelta(days=1), quits=3),
    Habit("absent", 0.03, 0.0, 0.0, timedelta()),
)


@dataclass(frozen=True, slots=True)
class SampleLearner:
    external_id: str
    name: str
    email: str
    habit: Habit
    ability: float


def learners(count: int, prefix: str, random: Random) -> list[SampleLearner]:
    """`count` learners in a fixed order; every habit has its share of them."""
    habits = random.choices(HABITS, weights=[habit.share for habit in HABITS], k=count)
    return [_learner(f"{prefix}{number:05d}", habit, random) for number, habit in enumerate(habits, start=1)]


def _learner(external_id: str, habit: Habit, random: Random) -> SampleLearner:
    name = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    ability = habit.ability + random.gauss(0, 0.5)
    return SampleLearner(external_id, name, f"{external_id}@learners.example", habit, ability)
