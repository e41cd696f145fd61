"""Talk to PostgreSQL: statements, round trips, transactions, errors and the rules that SQL keeps."""
