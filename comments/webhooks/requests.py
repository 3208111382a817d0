"""A notice as the request that its receiver understands: signed JSON, or a message for Slack, Matrix or ntfy.

Signed as Standard Webhooks (standardwebhooks.com): `webhook-id`, `webhook-timestamp` in seconds, and
`webhook-signature`: `v1,` with the HMAC-SHA256 of `ID.TIMESTAMP.BODY` in Base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.utils.encoding import iri_to_uri

from comments.models import Webhook, WebhookNotice
from comments.webhooks.contents import describe_for_people, describe_for_programs, queue_url

# How secrets begin that are Base64 of the key, in Standard Webhooks.
SECRET_PREFIX = "whsec_"  # noqa: S105
JSON_TYPE = "application/json"
NO_WIDTH = "\u200b"


class WebhookRequest(NamedTuple):
    """What is sent: to the `url`, with these headers."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes


def build_request(notice: WebhookNotice, *, at: int) -> WebhookRequest:
    """The request of a notice that is sent `at` this time, in seconds since 1970."""
    method, url, content_type, content = BUILDERS[notice.webhook.form](notice)
    headers = {"Content-Type": content_type, "webhook-id": str(notice.uid), "webhook-timestamp": str(at)}
    if notice.webhook.form == Webhook.Form.NTFY:
        headers["Click"] = iri_to_uri(queue_url(notice))
    return WebhookRequest(method, url, {**headers, **prove(notice, content, at=at)}, content)


def prove(notice: WebhookNotice, content: bytes, *, at: int) -> dict[str, str]:
    """The header by which the receiver knows us: Matrix and ntfy take the secret itself, the others a signature."""
    webhook = notice.webhook
    if not webhook.secret:
        return {}
    if webhook.form in (Webhook.Form.MATRIX, Webhook.Form.NTFY):
        return {"Authorization": f"Bearer {webhook.secret}"}
    return {"webhook-signature": sign(webhook.secret, str(notice.uid), at, content)}


def sign(secret: str, uid: str, at: int, content: bytes) -> str:
    """The signature of a request, as `webhook-signature` has it."""
    signed = f"{uid}.{at}.".encode() + content
    digest = hmac.new(read_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def read_key(secret: str) -> bytes:
    """The key: what follows `whsec_`, in Base64; any other secret as it is."""
    if secret.startswith(SECRET_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def suggest_secret() -> str:
    """A new secret of 256 random bits."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def to_json(notice: WebhookNotice) -> tuple[str, str, str, bytes]:
    return "POST", notice.webhook.address, JSON_TYPE, encode(describe_for_programs(notice))


def to_slack(notice: WebhookNotice) -> tuple[str, str, str, bytes]:
    """Slack's own form, which Mattermost and Discord take too. Nothing in it calls anybody or shows another site."""
    lines = [*map(disarm, describe_for_people(notice)), escape_slack(queue_url(notice))]
    message = {"text": "\n".join(lines), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    return "POST", notice.webhook.address, JSON_TYPE, encode(message)


def to_matrix(notice: WebhookNotice) -> tuple[str, str, str, bytes]:
    """An event of a room by the client API; its server drops a second one with the same id. `m.notice` is what bots
    send and do not answer; without `formatted_body` there is no markup, and empty mentions call nobody."""
    body = "\n".join([*describe_for_people(notice), queue_url(notice)])
    message = {"msgtype": "m.notice", "body": body, "m.mentions": {}}
    return "PUT", f"{notice.webhook.address.rstrip('/')}/{notice.uid}", JSON_TYPE, encode(message)


def to_ntfy(notice: WebhookNotice) -> tuple[str, str, str, bytes]:
    """Plain text, which is shown as it is; a tap leads to the queue."""
    return "POST", notice.webhook.address, "text/plain; charset=utf-8", "\n".join(describe_for_people(notice)).encode()


BUILDERS: dict[str, Callable[[WebhookNotice], tuple[str, str, str, bytes]]] = {
    Webhook.Form.JSON: to_json,
    Webhook.Form.SLACK: to_slack,
    Webhook.Form.MATRIX: to_matrix,
    Webhook.Form.NTFY: to_ntfy,
}


def encode(message: Mapping[str, object]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def disarm(text: str) -> str:
    """Text in which no chat of this form finds a mention, a link in other words, or markup of Slack's."""
    for sign_, harmless in (("@", f"@{NO_WIDTH}"), ("](", f"]{NO_WIDTH}("), ("`", "'")):
        text = text.replace(sign_, harmless)
    return escape_slack(text)


def escape_slack(text: str) -> str:
    """With the three characters that Slack gives a meaning, as its documentation says."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
