"""Fetches pages of other sites, within limits and from public addresses alone; knows no model."""
