"""The full-text index: takes documents and queries, knows no model but its own tables."""
