from importlib import import_module

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.admin import apps as admin_apps
from django.core.signals import request_finished, request_started
from django.db.models.signals import post_migrate, pre_migrate

from blog.web import request_id
from registan import data_files, database


class RegistanConfig(AppConfig):
    """The site: settings, URLs, commands, roles."""

    name = "registan"
    default = True

    def ready(self) -> None:
        from registan import checks, roles  # noqa: F401  checks register themselves

        data_files.protect_data_files()
        request_started.connect(request_id.begin_request, dispatch_uid="request_id")
        request_finished.connect(request_id.end_request, dispatch_uid="request_id")
        if settings.SENTRY_DSN:
            import_module("registan.sentry").start()
        # Django sends these signals once for every app with models; this one has none, so auth stands for all.
        auth = apps.get_app_config("auth")
        pre_migrate.connect(database.refuse_unsupported_database, sender=auth, dispatch_uid="database")
        post_migrate.connect(roles.sync_roles, sender=auth, dispatch_uid="roles")


class RegistanAdminConfig(admin_apps.AdminConfig):
    """django.contrib.admin with our own admin site."""

    default = False
    default_site = "registan.admin_site.RegistanAdminSite"
