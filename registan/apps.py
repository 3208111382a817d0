from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class RegistanConfig(AppConfig):
    """The site: settings, addresses, commands."""

    name = "registan"
    default = True

    def ready(self) -> None:
        from registan import checks, roles  # noqa: F401  checks register themselves

        # Django sends the signal once for every app with models; this one has none, so auth stands for all.
        post_migrate.connect(roles.sync_roles, sender=apps.get_app_config("auth"), dispatch_uid="roles")


class RegistanAdminConfig(admin_apps.AdminConfig):
    """django.contrib.admin with our site as the default."""

    default = False
    default_site = "registan.admin_site.RegistanAdminSite"
