"""Duplicates: two records are the same when the normal forms of a field are equal; what follows is the rule's."""
