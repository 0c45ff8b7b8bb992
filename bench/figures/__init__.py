"""The register of figures, in the order in which they are measured. To add one: write its file, add its line."""

from __future__ import annotations

from bench.contract import Figure
from bench.figures import (
    f01_core,
    f02_cached_dispatch,
    f03_browser,
    f04_cpu,
    f05_cold,
    f06_first_paint,
    f07_quick_changes,
    f08_many_sockets,
    f09_idle_memory,
    f10_opened_at_once,
    f11_export,
    f12_import,
    f13_endpoint,
    f14_live,
)

FIGURES = (
    Figure("F1", "core transition and coordinator overhead", f01_core.measure),
    Figure("F2", "cached dispatch", f02_cached_dispatch.measure),
    Figure("F3", "warm scope change in the browser", f03_browser.measure),
    Figure("F4", "CPU of a warm scope change", f04_cpu.measure),
    Figure("F5", "cold scope change", f05_cold.measure),
    Figure("F6", "first paint", f06_first_paint.measure),
    Figure("F7", "four quick choices, cold", f07_quick_changes.measure),
    Figure("F8", "two hundred dashboards, two processes", f08_many_sockets.measure),
    Figure("F9", "memory of an idle dashboard", f09_idle_memory.measure),
    Figure("F10", "two hundred dashboards at once, cold", f10_opened_at_once.measure),
    Figure("F11", "assembly, projections, ZIP", f11_export.measure),
    Figure("F12", "import", f12_import.measure),
    Figure("F14", "event to open page", f14_live.measure),
    Figure("F13", "statements over HTTP", f13_endpoint.measure),
)
