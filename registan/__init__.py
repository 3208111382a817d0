"""Registan: a self-hosted group blog with a conversation under every post."""

__version__ = "0.1.0"
