"""What was decided about an issue is written once."""

from courses.append_only import History

CHANGES = History("hygiene_tray_traychange", "what was decided about an issue is append-only")
