"""The WSGI application for gunicorn."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registan.settings")
django_application = get_wsgi_application()

from registan.collected_static import exit_without_static_files  # noqa: E402  they read the settings
from registan.database import exit_when_unsupported  # noqa: E402
from registan.fast_path import FastPath  # noqa: E402

if settings.TRUSTED_MONITORS:
    from registan.metrics import CountingApplication, MemoryCount

    application = FastPath(CountingApplication(django_application), MemoryCount())
else:
    application = FastPath(django_application)
exit_when_unsupported()
exit_without_static_files()
