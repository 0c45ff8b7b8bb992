"""The statements that bring a batch into events and rollups; one text for SQLite and PostgreSQL."""

from __future__ import annotations

from ingest.bulk import Insert, Statement

TIME = "timestamp with time zone"

ATTEMPTS = {
    "attempts": {
        "postgresql": """LATERAL (
    SELECT * FROM courses_activityattempt t
    WHERE t.institution_id = r.institution_id AND t.section_id = r.section_id AND t.page_id = r.page_id
      AND t.learner_id = r.learner_id
    OFFSET 0
) AS a""",
        "sqlite": "courses_activityattempt AS a",
    }
}
"""What the learner of `r` has attempted on its page. PostgreSQL is made to look it up by key, row by row: left alone it
reads the whole table for every batch, as long as that takes only milliseconds."""

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

# Pages with an attempt in this batch have a `total` (their activities): their progress is worked out anew.
PAGES = Statement(
    """
INSERT INTO courses_pageprogress AS p (institution_id, section_id, learner_id, page_id, progress, first_attempts,
                                       first_correct, first_seen, last_seen, completed_at)
SELECT r.institution_id, r.section_id, r.learner_id, r.page_id,
       CASE WHEN r.total IS NULL THEN r.progress ELSE CAST(COUNT(a.page_id) AS double precision) / r.total END,
       COUNT(a.page_id), COALESCE(SUM(CASE WHEN a.first_correct THEN 1 ELSE 0 END), 0), r.first_seen, r.last_seen,
       CASE WHEN r.total IS NULL THEN r.completed_at WHEN COUNT(a.page_id) = r.total THEN MAX(a.first_at) END
FROM {rows} LEFT JOIN {attempts}
  ON r.total IS NOT NULL AND a.institution_id = r.institution_id AND a.section_id = r.section_id
 AND a.page_id = r.page_id AND a.learner_id = r.learner_id
WHERE true
GROUP BY r.institution_id, r.section_id, r.learner_id, r.page_id, r.progress, r.first_seen, r.last_seen,
         r.completed_at, r.total
ON CONFLICT (institution_id, section_id, page_id, learner_id) DO UPDATE SET
    progress = CASE WHEN excluded.first_attempts > 0 OR excluded.progress > p.progress
                    THEN excluded.progress ELSE p.progress END,
    first_attempts = CASE WHEN excluded.first_attempts > 0 THEN excluded.first_attempts ELSE p.first_attempts END,
    first_correct = CASE WHEN excluded.first_attempts > 0 THEN excluded.first_correct ELSE p.first_correct END,
    first_seen = CASE WHEN excluded.first_seen < p.first_seen THEN excluded.first_seen ELSE p.first_seen END,
    last_seen = CASE WHEN excluded.last_seen > p.last_seen THEN excluded.last_seen ELSE p.last_seen END,
    completed_at = CASE WHEN excluded.first_attempts > 0 OR p.completed_at IS NULL
                          OR excluded.completed_at < p.completed_at
                        THEN excluded.completed_at ELSE p.completed_at END
WHERE excluded.first_attempts > 0 OR excluded.progress > p.progress OR excluded.first_seen < p.first_seen
   OR excluded.last_seen > p.last_seen
   OR (excluded.completed_at IS NOT NULL AND (p.completed_at IS NULL OR excluded.completed_at < p.completed_at))
""",
    (
        "learner_id bigint",
        "page_id bigint",
        "progress double precision",
        f"first_seen {TIME}",
        f"last_seen {TIME}",
        f"completed_at {TIME}",
        "total bigint",
    ),
    ATTEMPTS,
)

# CROSS JOIN keeps SQLite to this order: left alone it begins with every link of the institution, for each learner.
EVIDENCE = Statement(
    """
INSERT INTO courses_objectiveevidence AS o (institution_id, section_id, learner_id, page_id, objective_id,
                                            first_attempts, first_correct, attempts, correct)
SELECT r.institution_id, r.section_id, r.learner_id, r.page_id, l.objective_id, COUNT(*),
       SUM(CASE WHEN a.first_correct THEN 1 ELSE 0 END), SUM(a.attempts), SUM(a.correct)
FROM {rows}
CROSS JOIN {attempts}
CROSS JOIN courses_activityobjective l
WHERE a.institution_id = r.institution_id AND a.section_id = r.section_id AND a.page_id = r.page_id
  AND a.learner_id = r.learner_id AND l.institution_id = r.institution_id AND l.activity_id = a.activity_id
GROUP BY r.institution_id, r.section_id, r.learner_id, r.page_id, l.objective_id
ON CONFLICT (institution_id, section_id, objective_id, page_id, learner_id) DO UPDATE SET
    first_attempts = excluded.first_attempts, first_correct = excluded.first_correct,
    attempts = excluded.attempts, correct = excluded.correct
""",
    ("learner_id bigint", "page_id bigint"),
    ATTEMPTS,
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
