"""Scores text by what moderators decided before; knows no model."""
