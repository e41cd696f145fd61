"""Stages: moving a record along its pipeline, the gates on the way, and how long it stayed where."""
