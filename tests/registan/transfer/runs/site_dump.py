"""The whole site as text, without what no reader or editor sees: random names, counters of changes, times of storing"""

from __future__ import annotations

import json

from django.apps import apps
from django.core import serializers

# Counters and vocabularies that only grow, notes for the worker, and what a rerun draws anew.
LEFT_OUT = {"clock", "searchword", "relatedchoice", "postscan", "workerbeat", "site"}
RANDOM_FIELDS = ("preview_token", "session_key", "password_hash", "clock")
STORING_TIMES = ("saved_at", "trashed_at", "uploaded_at", "next_try_at", "added_at", "decided_at")


def dump_site(*, with_ids: bool = True, with_ledger: bool = False) -> list[str]:
    """A line of JSON for each row, sorted."""
    labels = ("blog", "comments", *(["transfer"] if with_ledger else []))
    lines = []
    for model in (
        model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ):
        if model._meta.model_name in LEFT_OUT or (model._meta.model_name == "run"):
            continue
        for row in json.loads(serializers.serialize("json", model._base_manager.all())):
            for name in (*RANDOM_FIELDS, *STORING_TIMES):
                row["fields"].pop(name, None)
            if row["model"] == "blog.linkcard":
                row["fields"].pop("key")
            if row["model"] == "comments.decision":
                row["fields"].pop("at")
            if not with_ids:
                row.pop("pk")
            lines.append(json.dumps(row, ensure_ascii=False, sort_keys=True))
    return sorted(lines)
