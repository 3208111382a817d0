"""Describes posts for other sites and programs: images, metadata, citations."""
