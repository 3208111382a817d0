"""Measures Registan beside WordPress, Isso and django-comments-xtd, filled with the same texts, on one machine."""
