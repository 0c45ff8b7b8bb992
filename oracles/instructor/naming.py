"""How a learner is called where somebody looks at a class: by name or, where the institution hides names, by a code.

This is the one door through which names enter: whatever is shown, exported, printed or drafted is made of what oracles
answer, so page, files and commands agree. Every oracle that reads the roster calls people as `called` says.

A code is the same wherever the section is looked at, another one in each section, and says nothing about the person: a
keyed digest of two row ids (it changes with SECRET_KEY).
"""

from __future__ import annotations

import base64
from typing import NamedTuple

from django.utils.crypto import salted_hmac

from courses.models import Institution
from oracles.contract import OracleContext

CODE_BYTES = 5
"""Eight characters: in a class of 10 000, two share a code with a chance of 1 in 20 000."""


class Called(NamedTuple):
    """What may be shown of a learner; in the order of the payloads' fields."""

    external_id: str
    name: str
    email: str


def hides_names(context: OracleContext) -> bool:
    """Whether the institution hides names. One statement."""
    institution = Institution.objects.using(context.database).filter(pk=context.scope.tenant_id)
    return institution.filter(names_hidden_since__isnull=False).exists()


def called(section_id: int, learner_id: int, told: Called, *, is_hidden: bool) -> Called:
    """The learner as told, or the code and nothing else."""
    if not is_hidden:
        return told
    code = code_of(section_id, learner_id)
    return Called(code, code, "")


def code_of(section_id: int, learner_id: int) -> str:
    """`K7QM-2XDA`: of this learner in this section."""
    digest = salted_hmac("lectern.learner-code", f"{section_id}:{learner_id}", algorithm="sha256").digest()
    letters = base64.b32encode(digest[:CODE_BYTES]).decode()
    return f"{letters[:4]}-{letters[4:]}"
