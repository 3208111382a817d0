"""Registan: a self-hosted group blog with a conversation under every post."""
