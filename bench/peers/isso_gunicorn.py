"""gunicorn for Isso: the thread that deletes old comments at the start has ended before processes are forked.

Otherwise they may inherit a lock that it holds, and wait for it for ever.
"""

import time
from typing import Any

SECONDS = 2


def when_ready(server: Any) -> None:
    time.sleep(SECONDS)
