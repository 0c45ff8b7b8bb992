"""Decision console: decide, review, approve, execute."""
