"""Assignment: who gets a record, by which policy, and why everybody else was passed over."""
