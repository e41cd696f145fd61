"""Metrics: figures over an object's records that are defined once, and sliced by whoever may read the records."""
