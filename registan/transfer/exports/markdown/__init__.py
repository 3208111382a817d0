"""Writes the site as Markdown with front matter."""
