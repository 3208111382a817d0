"""WordPress as Debian ships it: MariaDB, php-fpm and nginx of its own, each with its files in the scratch folder."""

from bench.peers.wordpress.fill import fill
from bench.peers.wordpress.server import serve

__all__ = ["fill", "serve"]
