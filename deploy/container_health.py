"""The health check of the containers: asks the web server in the same one for /healthz, by the name of the site."""

import os
import sys
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

host = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1:8000")).netloc
with urlopen(Request("http://127.0.0.1:8000/healthz", headers={"Host": host}), timeout=4) as answer:
    sys.exit(answer.status != 200)
