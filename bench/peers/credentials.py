"""Signs in readers and an administrator of a sampled site of Registan, and prints their cookies as JSON.

    python -m bench.peers.credentials

The site is that of the environment. The readers are verified and have been approved before, which by the site's policy
(here after one comment, not three) has their comments published at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

READERS = 100


def main() -> None:
    import django

    django.setup()
    from bench.site import session_cookie
    from comments.models import Policy

    Policy(regular_after=1).save()
    print(json.dumps({"staff": session_cookie("bench"), "readers": list(sign_in_readers())}))


def sign_in_readers() -> Iterator[dict[str, str]]:
    """Yield the name, email address and cookie of readers whose latest comments were approved."""
    from comments.models import Comment, ReaderSession
    from comments.readers import session
    from comments.status import Status
    from comments.web import tokens

    seen: set[int] = set()
    comments = Comment.objects.filter(is_verified=True, status=Status.APPROVED, post__slug="thread-1000")
    for comment in comments.select_related("reader").order_by("-pk"):
        if comment.reader is None or comment.reader.pk in seen or len(seen) == READERS:
            continue
        seen.add(comment.reader.pk)
        row, key = ReaderSession.issue(comment.reader, agent="", max_age=tokens.SESSION_AGE)
        cookie = tokens.make_token(tokens.SESSION, session.ROW_MARK, row.pk, key)
        yield {"name": comment.name, "email": comment.email, "cookie": f"{session.COOKIE}={cookie}"}


if __name__ == "__main__":
    main()
