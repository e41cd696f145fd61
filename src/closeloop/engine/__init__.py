"""The mechanisms that Closeloop exists for; independent of each other, each a model with its guards and reactors."""
