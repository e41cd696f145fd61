"""One adapter for each channel that things go out by."""
