"""The performance figures, each with a floor measured in the same run: what the machine does without us."""
