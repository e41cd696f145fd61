"""The one write path and the one read path of all records."""
