"""Renders Markdown to safe HTML; knows no model."""
