"""Selling: from a lead to an order."""
