"""Moves a blog in from another system."""
