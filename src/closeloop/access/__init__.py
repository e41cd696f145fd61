"""Who may do what: the organisation, the actor, the roles, and the one place that turns them into a predicate."""
