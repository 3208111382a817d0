"""Filled databases of released versions, and what is needed to compare their schema after an upgrade."""
