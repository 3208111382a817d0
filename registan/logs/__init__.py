"""The log: one line for each event, as text or JSON, without what is private, and without repeating itself."""
