"""Counts what an export holds, and what stands in the way of moving it, before anything is moved."""
