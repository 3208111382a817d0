"""Writes the site as an export of WordPress."""
