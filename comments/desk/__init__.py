"""The moderators' desk: the queue, and decisions on many comments at once."""
