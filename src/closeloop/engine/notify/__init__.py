"""Notices: what people are told, kept as data and written out in each reader's language."""
