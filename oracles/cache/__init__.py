"""What oracles have answered, kept for whoever asks the same of the same data. Knows no coordinator.

Invalidation is by data stamp only: the stamps are part of the key, so a change is visible at once and nothing is ever
deleted by pattern.
"""
