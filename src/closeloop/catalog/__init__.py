"""Metadata: what a company's objects, fields and pipelines are, frozen in one snapshot per release."""
