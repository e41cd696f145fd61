"""The apps that ship: folders of definitions, and how such a folder is read."""
