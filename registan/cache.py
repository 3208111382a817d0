"""A Redis cache that the site can do without: a dead or frozen server is waited for once, then gone round."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

# Seconds. A page made from nothing costs a few milliseconds: a cache slower than this is no help.
TIMEOUT_SECONDS = 0.1
# Seconds until the next try after a failure.
RETRY_AFTER_SECONDS = 15.0


class FailOpenRedisCache(RedisCache):
    """Answers as an empty cache while Redis does not answer. All caches of a process share one pause."""

    retry_at = 0.0

    def __init__(self, server: str, params: dict) -> None:
        options = {
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})

    def call_or_default(self, method: str, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        """What RedisCache's `method` returns, or `otherwise` while Redis is away."""
        if time.monotonic() < FailOpenRedisCache.retry_at:
            return otherwise
        try:
            return getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError) as error:
            FailOpenRedisCache.retry_at = time.monotonic() + RETRY_AFTER_SECONDS
            log.warning("Redis does not answer (%s); the site goes on without it for %d s.", error, RETRY_AFTER_SECONDS)
            return otherwise

    def get(self, key, default=None, version=None):
        return self.call_or_default("get", default, key, default, version)

    def set(self, *args, **kwargs):
        return self.call_or_default("set", None, *args, **kwargs)

    def add(self, *args, **kwargs):
        return self.call_or_default("add", True, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self.call_or_default("touch", False, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self.call_or_default("delete", False, *args, **kwargs)

    def incr(self, key, delta=1, version=None):
        return self.call_or_default("incr", delta, key, delta, version)

    def has_key(self, key, version=None):
        return self.call_or_default("has_key", False, key, version)

    def get_many(self, *args, **kwargs):
        return self.call_or_default("get_many", {}, *args, **kwargs)

    def set_many(self, data, *args, **kwargs):
        return self.call_or_default("set_many", [], data, *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self.call_or_default("delete_many", None, *args, **kwargs)

    def clear(self):
        return self.call_or_default("clear", False)
