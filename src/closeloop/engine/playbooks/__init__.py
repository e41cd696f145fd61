"""Playbooks: what to say to whom and when, shown beside an operation's form and ticked off as it is used."""
