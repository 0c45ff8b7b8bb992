"""The numbers that stand on a page."""

from __future__ import annotations

import re

FACT = re.compile(r'<data value="([^"]*)" data-fact="([^"]*)"')


def facts_of(html: str) -> dict[str, str]:
    """Fact id → what stands on the page for it; empty where it is unknown."""
    return {fact: value for value, fact in FACT.findall(html)}
