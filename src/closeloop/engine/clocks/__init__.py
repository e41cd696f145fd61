"""Clocks: each target of a record is a row with a due time and rungs before and after it; time is rows, not timers."""
