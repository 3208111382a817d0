"""SQLite as a database of Django, with writers in a queue."""
