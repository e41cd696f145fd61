"""The demo company that is alive: three months that it has worked, and a stand-in for its people who goes on."""
