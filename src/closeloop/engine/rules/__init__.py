"""Rules: when something happens to a record, or its hour comes, and a condition holds, steps are done."""
