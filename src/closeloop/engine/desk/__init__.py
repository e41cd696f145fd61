"""Desks: what somebody finds in the morning, said by each app for itself."""
