"""Another team's reading of the standard: the models of Ralph (France Université Numérique), which we do not ship.

They are more lenient than the standard here and there (numbers as strings, an `openid` that is none, …): an invalid
statement is taken for comparison only where the standard and Ralph say the same.
"""

from __future__ import annotations

from pydantic import ValidationError
from ralph.models.xapi.base.statements import BaseXapiStatement  # type: ignore[import-untyped]

from tests.ingest.xapi.statements import Json


def accepts(statement: Json) -> bool:
    """Whether Ralph takes it for a statement."""
    try:
        BaseXapiStatement.model_validate(statement)
    except (ValidationError, ValueError, KeyError, TypeError):  # it stumbles over some of what it should refuse
        return False
    return True
