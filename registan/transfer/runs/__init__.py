"""Runs an import: its passes and batches, how it goes on after an interruption, and how it is taken back out."""
