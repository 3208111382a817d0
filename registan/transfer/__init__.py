"""Moves a site in from another system, with its comments and its addresses."""
