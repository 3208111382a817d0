"""One line of the health page: how something is, a fact, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# A sentence, translated when it is shown.
type Words = str | Promise


class State(models.TextChoices):
    """How a part of the site is, the worst first."""

    BROKEN = "broken", gettext_lazy("Broken")
    LOOK = "look", gettext_lazy("Look at this")
    UNKNOWN = "unknown", gettext_lazy("Not known")
    GOOD = "good", gettext_lazy("Good")

    @property
    def needs_attention(self) -> bool:
        return self in {State.BROKEN, State.LOOK}

    @property
    def severity(self) -> int:
        """0 for the worst."""
        return list(State).index(self)


@dataclass(frozen=True)
class HealthLine:
    """`action` says what to do, and leads to `url` if there is one."""

    state: State
    fact: Words
    action: Words = ""
    url: str = ""
