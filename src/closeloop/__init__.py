"""Closeloop: a low-code kernel for sales work, and the sales app on it."""
