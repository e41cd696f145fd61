"""Merging: two records of an object that turn out to be the same become one, by hand and side by side."""
