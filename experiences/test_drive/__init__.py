"""Test drive: a digest of one's own last weeks, or of a sample institution; nothing can be changed in it."""
