"""The outside world: what comes in through channels, and what goes out."""
