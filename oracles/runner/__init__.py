"""Asks oracles in threads of their own, each under a deadline, and can stop the statement that is running."""
