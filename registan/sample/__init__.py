"""Generates a large synthetic site for benchmarks, the same on every machine."""
