"""A sample institution: courses, people and events made up by a seeded generator; same seed and day, same rows."""
