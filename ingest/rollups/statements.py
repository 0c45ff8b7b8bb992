"""What each rollup must hold, as SQL over raw events. The same text runs on SQLite and PostgreSQL.

Named parameters: `tenant`, `section`. `{pages}` narrows the facts to some pages (or to none: the empty condition).

An event at an activity belongs to the page where the activity is now (events themselves never change), so a page that
was rearranged keeps its history.
"""

from __future__ import annotations

from dataclasses import dataclass

FACTS = """
fact AS (
    SELECT e.learner_id, COALESCE(a.page_id, e.page_id) AS page_id, e.activity_id, e.verb, e.success, e.attempts,
           e.correct, e.score, e.out_of, e.timestamp, e.sequence, e.event_id
    FROM courses_learningevent e
    LEFT JOIN courses_activity a ON a.institution_id = e.institution_id AND a.id = e.activity_id
    WHERE e.institution_id = %(tenant)s AND e.section_id = %(section)s {pages}
),
attempt AS (
    SELECT learner_id, page_id, activity_id, timestamp AS first_at, sequence AS first_sequence,
           event_id AS first_event_id, success AS first_correct, attempts, correct
    FROM (
        SELECT learner_id, page_id, activity_id, timestamp, sequence, event_id, success,
               SUM(attempts) OVER everything AS attempts, SUM(correct) OVER everything AS correct,
               ROW_NUMBER() OVER (
                   PARTITION BY learner_id, activity_id ORDER BY timestamp, sequence, event_id) AS nth
        FROM fact
        WHERE activity_id IS NOT NULL AND success IS NOT NULL
        WINDOW everything AS (PARTITION BY learner_id, activity_id)
    ) AS ranked
    WHERE nth = 1
)"""

ATTEMPTS = """
SELECT learner_id, page_id, activity_id, first_at, first_sequence, first_event_id, first_correct, attempts, correct
FROM attempt"""

PROGRESS = """
SELECT seen.learner_id, seen.page_id,
       CASE WHEN activities.total > 0
                THEN CAST(COALESCE(done.attempted, 0) AS double precision) / activities.total
            WHEN page.graded AND seen.first_submitted IS NULL THEN 0.0
            ELSE 1.0 END AS progress,
       COALESCE(done.attempted, 0) AS first_attempts, COALESCE(done.first_correct, 0) AS first_correct,
       seen.first_seen, seen.last_seen,
       CASE WHEN activities.total > 0 THEN CASE WHEN done.attempted = activities.total THEN done.latest END
            WHEN page.graded THEN seen.first_submitted
            ELSE seen.first_seen END AS completed_at
FROM (
    SELECT learner_id, page_id, MIN(timestamp) AS first_seen, MAX(timestamp) AS last_seen,
           MIN(CASE WHEN verb IN ('submitted', 'scored') THEN timestamp END) AS first_submitted
    FROM fact GROUP BY learner_id, page_id
) AS seen
JOIN courses_page AS page ON page.institution_id = %(tenant)s AND page.id = seen.page_id
LEFT JOIN (
    SELECT page_id, COUNT(*) AS total FROM courses_activity
    WHERE institution_id = %(tenant)s AND section_id = %(section)s GROUP BY page_id
) AS activities ON activities.page_id = seen.page_id
LEFT JOIN (
    SELECT learner_id, page_id, COUNT(*) AS attempted, SUM(CASE WHEN first_correct THEN 1 ELSE 0 END) AS first_correct,
           MAX(first_at) AS latest
    FROM attempt GROUP BY learner_id, page_id
) AS done ON done.learner_id = seen.learner_id AND done.page_id = seen.page_id"""

EVIDENCE = """
SELECT attempt.learner_id, attempt.page_id, link.objective_id, COUNT(*) AS first_attempts,
       SUM(CASE WHEN attempt.first_correct THEN 1 ELSE 0 END) AS first_correct,
       SUM(attempt.attempts) AS attempts, SUM(attempt.correct) AS correct
FROM attempt
JOIN courses_activityobjective AS link
  ON link.institution_id = %(tenant)s AND link.activity_id = attempt.activity_id
GROUP BY attempt.learner_id, attempt.page_id, link.objective_id"""

SCORES = """
SELECT learner_id, page_id, score, out_of, attempts, COALESCE(submitted_at, timestamp) AS submitted_at,
       CASE WHEN score IS NOT NULL THEN timestamp END AS graded_at,
       timestamp AS latest_at, sequence AS latest_sequence, event_id AS latest_event_id
FROM (
    SELECT fact.learner_id, fact.page_id, fact.score, fact.out_of, fact.timestamp, fact.sequence, fact.event_id,
           COUNT(*) OVER everything AS attempts,
           MAX(CASE WHEN fact.verb = 'submitted' THEN fact.timestamp END) OVER everything AS submitted_at,
           ROW_NUMBER() OVER (
               PARTITION BY fact.learner_id, fact.page_id
               ORDER BY fact.timestamp DESC, fact.sequence DESC, fact.event_id DESC) AS nth
    FROM fact
    JOIN courses_page AS page ON page.institution_id = %(tenant)s AND page.id = fact.page_id AND page.graded
    WHERE fact.verb IN ('submitted', 'scored')
    WINDOW everything AS (PARTITION BY fact.learner_id, fact.page_id)
) AS ranked
WHERE nth = 1"""

ACTIVITY = """
SELECT learner_id, MAX(timestamp) AS last_event_at FROM fact GROUP BY learner_id"""


@dataclass(frozen=True, slots=True)
class Rollup:
    """One rollup table: its columns in the order of `select`, which yields what it must hold."""

    name: str
    table: str
    columns: tuple[str, ...]
    select: str
    has_page: bool = True


ROLLUPS: tuple[Rollup, ...] = (
    Rollup(
        "activity_attempt",
        "courses_activityattempt",
        (
            "learner_id",
            "page_id",
            "activity_id",
            "first_at",
            "first_sequence",
            "first_event_id",
            "first_correct",
            "attempts",
            "correct",
        ),
        ATTEMPTS,
    ),
    Rollup(
        "page_progress",
        "courses_pageprogress",
        (
            "learner_id",
            "page_id",
            "progress",
            "first_attempts",
            "first_correct",
            "first_seen",
            "last_seen",
            "completed_at",
        ),
        PROGRESS,
    ),
    Rollup(
        "objective_evidence",
        "courses_objectiveevidence",
        ("learner_id", "page_id", "objective_id", "first_attempts", "first_correct", "attempts", "correct"),
        EVIDENCE,
    ),
    Rollup(
        "assessment_score",
        "courses_assessmentscore",
        (
            "learner_id",
            "page_id",
            "score",
            "out_of",
            "attempts",
            "submitted_at",
            "graded_at",
            "latest_at",
            "latest_sequence",
            "latest_event_id",
        ),
        SCORES,
    ),
    Rollup("learner_activity", "courses_learneractivity", ("learner_id", "last_event_at"), ACTIVITY, has_page=False),
)
