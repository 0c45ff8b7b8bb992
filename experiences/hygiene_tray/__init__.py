"""Hygiene tray: what is wrong with this section's data."""
