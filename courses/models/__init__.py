"""What is stored: structure, people, events, rollups. No rule of any tile stands here."""

from courses.models.audit import AuditEntry
from courses.models.concerns import ConcernNote
from courses.models.events import LearningEvent
from courses.models.kept_facts import KeptFacts, LastVisit
from courses.models.parameters import SupportChange, SupportParameters
from courses.models.people import Enrollment, Learner, Membership, Teaching
from courses.models.personal import Layout, Preferences, SavedView
from courses.models.rollups import (
    ActivityAttempt,
    AssessmentScore,
    LearnerActivity,
    ObjectiveEvidence,
    PageProgress,
    SectionStamp,
)
from courses.models.structure import (
    Activity,
    ActivityObjective,
    Container,
    Course,
    Institution,
    Objective,
    Page,
    Section,
)

__all__ = [
    "Activity",
    "ActivityAttempt",
    "ActivityObjective",
    "AssessmentScore",
    "AuditEntry",
    "ConcernNote",
    "Container",
    "Course",
    "Enrollment",
    "Institution",
    "KeptFacts",
    "LastVisit",
    "Layout",
    "Learner",
    "LearnerActivity",
    "LearningEvent",
    "Membership",
    "Objective",
    "ObjectiveEvidence",
    "Page",
    "PageProgress",
    "Preferences",
    "SavedView",
    "Section",
    "SectionStamp",
    "SupportChange",
    "SupportParameters",
    "Teaching",
]
