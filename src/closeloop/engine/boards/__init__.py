"""Boards: an object's records under traffic lights, a lane for each person."""
