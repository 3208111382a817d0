"""The WSGI application for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from registan.database import exit_when_unsupported

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registan.settings")
application = get_wsgi_application()
exit_when_unsupported()
