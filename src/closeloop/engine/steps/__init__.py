"""Steps: the one language of what operations, rules and clocks do, said as data and carried out through the batch."""
