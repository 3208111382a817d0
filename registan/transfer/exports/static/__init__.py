"""Writes what readers find as files of HTML that need neither the application nor a web server."""
