"""Makes Redis optional at run time: a server that fails once is left alone for a while."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

# Rendering a page takes a few milliseconds: a slower cache is no help.
TIMEOUT_SECONDS = 0.1
RETRY_AFTER_SECONDS = 15.0


class FailOpenRedisCache(RedisCache):
    """Acts as an empty cache while Redis fails; all caches of a process share `retry_at`."""

    retry_at = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})

    def call_or_default(self, method: str, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        """Call RedisCache's `method`; return `otherwise` while Redis fails."""
        if time.monotonic() < FailOpenRedisCache.retry_at:
            return otherwise
        try:
            return getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError) as error:
            FailOpenRedisCache.retry_at = time.monotonic() + RETRY_AFTER_SECONDS
            log.warning("Redis failed (%s); the site goes on without it for %d s.", error, RETRY_AFTER_SECONDS)
            return otherwise

    def answers(self) -> bool:
        """Does Redis answer now, also if it has been given up for a while?"""
        try:
            return bool(self._cache.get_client(write=True).ping())
        except (RedisError, OSError):
            return False

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self.call_or_default("get", default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self.call_or_default("set", None, *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self.call_or_default("add", True, *args, **kwargs))

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self.call_or_default("touch", False, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self.call_or_default("delete", False, *args, **kwargs))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self.call_or_default("incr", delta, key, delta, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self.call_or_default("has_key", False, key, version))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        values: dict[Any, Any] = self.call_or_default("get_many", {}, *args, **kwargs)
        return values

    def set_many(self, data: dict[Any, Any], *args: Any, **kwargs: Any) -> list[Any]:
        failed: list[Any] = self.call_or_default("set_many", [], data, *args, **kwargs)
        return failed

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self.call_or_default("delete_many", None, *args, **kwargs)

    def clear(self) -> bool:  # type: ignore[override]  # Django's returns whether it could
        return bool(self.call_or_default("clear", False))
