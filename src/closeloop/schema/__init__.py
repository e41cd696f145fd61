"""Make a company's PostgreSQL schema what its catalog says: shapes, plan, changes, apply."""
