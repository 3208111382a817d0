"""A date and a time by the site's clock."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.datetimes import NonexistentTime, resolve_local_time

# The first and the last year that Python has: in another time zone their ends would fall outside.
UNUSABLE_YEARS = {datetime.MINYEAR, datetime.MAXYEAR}


class SiteDateTimeField(forms.SplitDateTimeField):
    """A date and a time in the site's zone. A time that comes twice, when clocks go back, means the first."""

    widget = AdminSplitDateTime

    def compress(self, data_list: Any) -> datetime.datetime | None:
        if data_list and isinstance(data_list[0], datetime.date) and data_list[0].year in UNUSABLE_YEARS:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        try:
            return super().compress(data_list)
        except ValidationError as refusal:
            if refusal.code != "ambiguous_timezone":
                raise
        naive = datetime.datetime.combine(*data_list)
        try:
            return resolve_local_time(naive, timezone.get_current_timezone())
        except NonexistentTime as jump:
            raise ValidationError(
                _(
                    "The clocks go from %(before)s to %(after)s that night, so %(time)s does not exist. "
                    "Choose another time."
                )
                % {"before": f"{jump.before:%H:%M}", "after": f"{jump.after:%H:%M}", "time": f"{naive:%H:%M}"},
                code="no_such_time",
            ) from None


def prefer_stored_time(entered: datetime.datetime | None, stored: datetime.datetime | None) -> datetime.datetime | None:
    """`stored` if a form shows both alike: saved again, the second of two equal hours must not become the first."""
    if entered and stored and timezone.make_naive(entered) == timezone.make_naive(stored):
        return stored
    return entered
