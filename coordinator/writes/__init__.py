"""The write coordinator: bounded, fair, restartable; nothing accepted vanishes. No Django, nothing of the read side."""
