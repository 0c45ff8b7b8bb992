"""The statements that bring a batch into events and rollups; one text for SQLite and PostgreSQL."""

from __future__ import annotations

from ingest.bulk import Insert, Statement

TIME = "timestamp with time zone"

PAGES_SEEN = Statement(
    """
INSERT INTO courses_pageprogress AS p (institution_id, section_id, learner_id, page_id, progress, first_attempts,
                                       first_correct, first_seen, last_seen, completed_at)
SELECT r.institution_id, r.section_id, r.learner_id, r.page_id, r.progress, 0, 0, r.first_seen, r.last_seen,
       r.completed_at
FROM {rows} WHERE true
ON CONFLICT (institution_id, section_id, page_id, learner_id) DO UPDATE SET
    progress = CASE WHEN excluded.progress > p.progress THEN excluded.progress ELSE p.progress END,
    first_seen = CASE WHEN excluded.first_seen < p.first_seen THEN excluded.first_seen ELSE p.first_seen END,
    last_seen = CASE WHEN excluded.last_seen > p.last_seen THEN excluded.last_seen ELSE p.last_seen END,
    completed_at = CASE WHEN p.completed_at IS NULL OR excluded.completed_at < p.completed_at
                        THEN excluded.completed_at ELSE p.completed_at END
WHERE excluded.progress > p.progress OR excluded.first_seen < p.first_seen OR excluded.last_seen > p.last_seen
   OR (excluded.completed_at IS NOT NULL AND (p.completed_at IS NULL OR excluded.completed_at < p.completed_at))
""",
    (
        "learner_id bigint",
        "page_id bigint",
        "progress double precision",
        f"first_seen {TIME}",
        f"last_seen {TIME}",
        f"completed_at {TIME}",
    ),
)

FIRST_ATTEMPTS = Statement(
    """
INSERT INTO courses_activityattempt AS t (institution_id, section_id, learner_id, page_id, activity_id, first_at,
                                          first_sequence, first_event_id, first_correct, attempts, correct)
SELECT r.institution_id, r.section_id, r.learner_id, r.page_id, r.activity_id, r.first_at, r.first_sequence,
       r.first_event_id, r.first_correct, r.attempts, r.correct
FROM {rows} WHERE true
ON CONFLICT (institution_id, section_id, learner_id, activity_id) DO UPDATE SET
    first_correct = CASE WHEN (excluded.first_at, excluded.first_sequence, excluded.first_event_id)
                            < (t.first_at, t.first_sequence, t.first_event_id)
                         THEN excluded.first_correct ELSE t.first_correct END,
    first_event_id = CASE WHEN (excluded.first_at, excluded.first_sequence, excluded.first_event_id)
                            < (t.first_at, t.first_sequence, t.first_event_id)
                          THEN excluded.first_event_id ELSE t.first_event_id END,
    first_sequence = CASE WHEN (excluded.first_at, excluded.first_sequence) < (t.first_at, t.first_sequence)
                          THEN excluded.first_sequence ELSE t.first_sequence END,
    first_at = CASE WHEN excluded.first_at < t.first_at THEN excluded.first_at ELSE t.first_at END,
    attempts = t.attempts + excluded.attempts,
    correct = t.correct + excluded.correct
""",
    (
        "learner_id bigint",
        "page_id bigint",
        "activity_id bigint",
        f"first_at {TIME}",
        "first_sequence bigint",
        "first_event_id uuid",
        "first_correct boolean",
        "attempts bigint",
        "correct bigint",
    ),
)

DONE = Statement(
    """
UPDATE courses_pageprogress AS p
SET progress = d.progress, first_attempts = d.attempted, first_correct = d.first_correct, completed_at = d.completed_at
FROM (
    SELECT r.institution_id, r.section_id, r.learner_id, r.page_id, COUNT(*) AS attempted,
           CAST(COUNT(*) AS double precision) / r.total AS progress,
           SUM(CASE WHEN a.first_correct THEN 1 ELSE 0 END) AS first_correct,
           CASE WHEN COUNT(*) = r.total THEN MAX(a.first_at) END AS completed_at
    FROM {rows}
    JOIN courses_activityattempt a ON a.institution_id = r.institution_id AND a.section_id = r.section_id
     AND a.page_id = r.page_id AND a.learner_id = r.learner_id
    GROUP BY r.institution_id, r.section_id, r.learner_id, r.page_id, r.total
) AS d
WHERE p.institution_id = d.institution_id AND p.section_id = d.section_id AND p.page_id = d.page_id
  AND p.learner_id = d.learner_id
""",
    ("learner_id bigint", "page_id bigint", "total bigint"),
)

# CROSS JOIN keeps SQLite to this order: left alone it begins with every link of the institution, for each learner.
EVIDENCE = Statement(
    """
INSERT INTO courses_objectiveevidence AS o (institution_id, section_id, learner_id, page_id, objective_id,
                                            first_attempts, first_correct, attempts, correct)
SELECT r.institution_id, r.section_id, r.learner_id, r.page_id, l.objective_id, COUNT(*),
       SUM(CASE WHEN a.first_correct THEN 1 ELSE 0 END), SUM(a.attempts), SUM(a.correct)
FROM {rows}
CROSS JOIN courses_activityattempt a
CROSS JOIN courses_activityobjective l
WHERE a.institution_id = r.institution_id AND a.section_id = r.section_id AND a.page_id = r.page_id
  AND a.learner_id = r.learner_id AND l.institution_id = r.institution_id AND l.activity_id = a.activity_id
GROUP BY r.institution_id, r.section_id, r.learner_id, r.page_id, l.objective_id
ON CONFLICT (institution_id, section_id, objective_id, page_id, learner_id) DO UPDATE SET
    first_attempts = excluded.first_attempts, first_correct = excluded.first_correct,
    attempts = excluded.attempts, correct = excluded.correct
""",
    ("learner_id bigint", "page_id bigint"),
)

# The second half finds events of activities that have moved to the page since; few pages have any.
SCORES = Statement(
    """
INSERT INTO courses_assessmentscore AS s (institution_id, section_id, learner_id, page_id, score, out_of, attempts,
                                          submitted_at, graded_at, latest_at, latest_sequence, latest_event_id)
WITH r AS (SELECT * FROM {rows}),
handed_in AS (
    SELECT r.institution_id, r.section_id, r.learner_id, r.page_id, e.verb, e.score, e.out_of, e.timestamp, e.sequence,
           e.event_id
    FROM r
    JOIN courses_learningevent e ON e.institution_id = r.institution_id AND e.section_id = r.section_id
     AND e.learner_id = r.learner_id AND e.page_id = r.page_id
    LEFT JOIN courses_activity a ON a.institution_id = r.institution_id AND a.id = e.activity_id
    WHERE e.verb IN ('submitted', 'scored') AND COALESCE(a.page_id, r.page_id) = r.page_id
    UNION ALL
    SELECT r.institution_id, r.section_id, r.learner_id, r.page_id, e.verb, e.score, e.out_of, e.timestamp, e.sequence,
           e.event_id
    FROM r
    JOIN courses_activity a ON a.institution_id = r.institution_id AND a.page_id = r.page_id
    JOIN courses_learningevent e ON e.institution_id = r.institution_id AND e.section_id = r.section_id
     AND e.learner_id = r.learner_id AND e.activity_id = a.id
    WHERE e.verb IN ('submitted', 'scored') AND e.page_id <> r.page_id
)
SELECT institution_id, section_id, learner_id, page_id, score, out_of, attempts, COALESCE(submitted_at, timestamp),
       CASE WHEN score IS NOT NULL THEN timestamp END, timestamp, sequence, event_id
FROM (
    SELECT handed_in.*,
           COUNT(*) OVER pair AS attempts,
           MAX(CASE WHEN verb = 'submitted' THEN timestamp END) OVER pair AS submitted_at,
           ROW_NUMBER() OVER (PARTITION BY learner_id, page_id
                              ORDER BY timestamp DESC, sequence DESC, event_id DESC) AS nth
    FROM handed_in
    WINDOW pair AS (PARTITION BY learner_id, page_id)
) AS ranked
WHERE nth = 1
ON CONFLICT (institution_id, section_id, page_id, learner_id) DO UPDATE SET
    score = excluded.score, out_of = excluded.out_of, attempts = excluded.attempts,
    submitted_at = excluded.submitted_at, graded_at = excluded.graded_at, latest_at = excluded.latest_at,
    latest_sequence = excluded.latest_sequence, latest_event_id = excluded.latest_event_id
""",
    ("learner_id bigint", "page_id bigint"),
)

LAST_SEEN = Statement(
    """
INSERT INTO courses_learneractivity AS l (institution_id, section_id, learner_id, last_event_at)
SELECT r.institution_id, r.section_id, r.learner_id, r.last_event_at FROM {rows} WHERE true
ON CONFLICT (institution_id, section_id, learner_id) DO UPDATE SET last_event_at = excluded.last_event_at
WHERE excluded.last_event_at > l.last_event_at
""",
    ("learner_id bigint", f"last_event_at {TIME}"),
)

EVENTS = Insert(
    "courses_learningevent",
    (
        "event_id uuid",
        "learner_id bigint",
        "page_id bigint",
        "activity_id bigint",
        "verb text",
        "success boolean",
        "attempts bigint",
        "correct bigint",
        "score double precision",
        "out_of double precision",
        "result jsonb",
        f"timestamp {TIME}",
        "sequence bigint",
        f"stored {TIME}",
        "source text",
        "content_hash bytea",
    ),
)
