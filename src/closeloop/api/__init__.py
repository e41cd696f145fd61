"""HTTP only: what comes in is turned into commands and queries, what comes out into JSON."""
