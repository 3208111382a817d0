"""Compares two texts and merges three; knows no model."""
