"""Decodes, encodes and embeds pictures; knows no model."""
