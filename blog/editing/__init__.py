"""The author's workbench: autosave, conflicts, checklist, history."""
