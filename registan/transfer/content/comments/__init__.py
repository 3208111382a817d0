"""Brings the comments and mentions of an export in, and takes them back out."""
