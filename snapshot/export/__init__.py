"""From a snapshot to a ZIP of CSV files: transform only, no query (FR-006, FR-007)."""
