"""What an instructor works with besides the dashboard: hygiene tray, decision console, digest, test drive.

Each has a data orchestrator (what it reads for its purpose, and its tenant-owned memory: `data.py`) and a service
(asks the orchestrator, then calculators, then combines: `service.py`). Services hold their collaborators and nothing
else; state is in the database. Experiences do not know each other: what one needs of another is handed in by
`dashboard_project.composition`.
"""
