"""What the machine does without us."""
