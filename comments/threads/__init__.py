"""Lays a flat list of comments out as a thread; knows no model."""
