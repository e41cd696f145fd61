"""The apps that ship: each a folder of definitions, with a demo of its own where it has one."""
