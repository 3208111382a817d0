"""The forms of the author's workbench."""
