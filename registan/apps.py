from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RegistanConfig(AppConfig):
    """The site: settings, addresses, commands."""

    name = "registan"

    def ready(self) -> None:
        from registan import checks, roles  # noqa: F401  checks register themselves

        post_migrate.connect(roles.follow, sender=self, dispatch_uid="roles")
