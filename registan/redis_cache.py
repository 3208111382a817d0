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
PATIENCE = 0.1
# Seconds until the next try after a failure.
PAUSE = 15.0


class PatientRedisCache(RedisCache):
    """Answers as an empty cache while Redis does not answer. All caches of a process share one pause."""

    resumes_at = 0.0

    def __init__(self, server: str, params: dict) -> None:
        options = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0),
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})

    def patiently(self, method: str, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        """What RedisCache's `method` returns, or `otherwise` while Redis is away."""
        if time.monotonic() < PatientRedisCache.resumes_at:
            return otherwise
        try:
            return getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError) as error:
            PatientRedisCache.resumes_at = time.monotonic() + PAUSE
            log.warning("Redis does not answer (%s); the site goes on without it for %d s.", error, PAUSE)
            return otherwise

    def get(self, key, default=None, version=None):
        return self.patiently("get", default, key, default, version)

    def set(self, *args, **kwargs):
        return self.patiently("set", None, *args, **kwargs)

    def add(self, *args, **kwargs):
        return self.patiently("add", True, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self.patiently("touch", False, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self.patiently("delete", False, *args, **kwargs)

    def incr(self, key, delta=1, version=None):
        return self.patiently("incr", delta, key, delta, version)

    def has_key(self, key, version=None):
        return self.patiently("has_key", False, key, version)

    def get_many(self, *args, **kwargs):
        return self.patiently("get_many", {}, *args, **kwargs)

    def set_many(self, data, *args, **kwargs):
        return self.patiently("set_many", [], data, *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self.patiently("delete_many", None, *args, **kwargs)

    def clear(self):
        return self.patiently("clear", False)
