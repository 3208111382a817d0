"""Reads exports of other systems than WordPress, as the same records."""
