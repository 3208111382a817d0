"""The forms of the admin, a file for each kind of thing."""
