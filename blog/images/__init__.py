"""Bytes of a picture in, sizes out; knows no model."""
