"""Asks the index and answers with posts, pages and comments."""
