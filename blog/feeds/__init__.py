"""Builds RSS, Atom and JSON feeds."""
