from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class TransferConfig(AppConfig):
    """Moves a whole blog in, and remembers what it moved; and lets everything leave."""

    name = "registan.transfer"
    label = "transfer"
    verbose_name = gettext_lazy("Moving in and out")
