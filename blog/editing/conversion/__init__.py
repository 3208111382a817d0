"""Turns what people paste or bring as a file into our Markdown."""
