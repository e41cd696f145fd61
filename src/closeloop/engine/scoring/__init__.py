"""Scores: points by factor from a scorecard, 0 to 100, and the grade that the total falls into."""
