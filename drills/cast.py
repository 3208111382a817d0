"""Fills an empty site with what the drills need, and prints it as a line of JSON: python -m drills.cast"""

from __future__ import annotations

import json


def main() -> None:
    from django.contrib.auth.models import User

    from bench.site import session_cookie
    from comments.models import Reader
    from comments.submission.form_time import sign_form_time
    from tests import factories

    alice, bob = (factories.user(name, group="Editor") for name in ("alice", "bob"))
    profiles = [factories.author(user.username.title(), user=user, slug=user.username) for user in (alice, bob)]
    post = factories.post("The drill", slug="drill", authors=profiles)
    # One moderator alone gets emails: what waits must be in one to them.
    User.objects.filter(groups__name="Editor").update(email="")
    factories.user("mona", group="Moderator")
    User.objects.filter(pk=factories.user("max", group="Moderator").pk).update(email="")
    reader = factories.reader("ann@example.org", standing=Reader.Standing.TRUSTED)
    found = {
        "post": post.get_absolute_url(),
        "post_id": post.pk,
        "stamp": sign_form_time(post, seconds_ago=60),
        "ann": factories.reader_client(reader).cookies.output(header="", attrs=[]).strip(),
        "sessions": {name: session_cookie(name) for name in ("alice", "bob", "mona", "max")},
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
