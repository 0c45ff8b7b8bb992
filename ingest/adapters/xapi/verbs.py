"""The verbs that are served, and what each tells us about a page. Pure; `docs/xapi.md` has the same table in words."""

from __future__ import annotations

from ingest.records import Verb

ADL = "http://adlnet.gov/expapi/verbs/"
TIN_CAN = "http://id.tincanapi.com/verb/"
ACTIVITY_STREAMS = "http://activitystrea.ms/schema/1.0/"
VIDEO = "https://w3id.org/xapi/video/verbs/"
ACROSS_X = "https://w3id.org/xapi/acrossx/verbs/"

LOOKED = (
    *(ADL + word for word in ("attempted", "attended", "experienced", "initialized", "interacted", "launched")),
    *(ADL + word for word in ("progressed", "resumed", "suspended", "terminated")),
    *(ACTIVITY_STREAMS + word for word in ("access", "consume", "listen", "open", "read", "watch")),
    *(VIDEO + word for word in ("paused", "played", "seeked")),
    TIN_CAN + "viewed",
    ACROSS_X + "accessed",
    ACROSS_X + "viewed",
    ACROSS_X + "watched",
)
ANSWERED = (ADL + "answered", ADL + "responded")
HANDED_IN = (ADL + "completed", ACTIVITY_STREAMS + "complete", ACTIVITY_STREAMS + "submit", TIN_CAN + "completed")
JUDGED = (ADL + "passed", ADL + "failed", ADL + "mastered")
GRADED = (ADL + "scored",)

VERBS: dict[str, Verb] = {
    **dict.fromkeys(LOOKED, Verb.EXPERIENCED),
    **dict.fromkeys(ANSWERED, Verb.ANSWERED),
    **dict.fromkeys((*HANDED_IN, *JUDGED), Verb.SUBMITTED),
    **dict.fromkeys(GRADED, Verb.SCORED),
}
