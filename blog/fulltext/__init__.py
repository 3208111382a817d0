"""The full-text index: takes documents, knows no post."""
