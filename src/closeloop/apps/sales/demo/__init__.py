"""A company that sells and is alive: what it has worked so far, and a stand-in for its people who goes on."""
