"""Checks of Django's that say nothing new here: SILENCED_SYSTEM_CHECKS, each with the reason."""

SILENCED = [
    # What depends on https follows from SITE_URL, and registan.W001 says it once.
    "security.W004",  # HSTS
    "security.W005",  # HSTS for subdomains
    "security.W008",  # redirecting http
    "security.W012",  # the session's cookie
    "security.W016",  # the cookie against forgery
    "security.W021",  # HSTS preloading
    # A key that is too short stops the start (registan/secret_key.py); Django's rule of 50 characters would be another.
    "security.W009",
    "security.W025",
    # Emails that are written to files: registan.W003 says what to set.
    "mail.E001",
]
