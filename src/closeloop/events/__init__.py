"""The append-only log of what happened: audit trail, timeline and trigger at once."""
