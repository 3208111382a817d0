"""The health check of the containers: asks /healthz of the web server in the same one."""

import sys
from urllib.request import urlopen

with urlopen("http://127.0.0.1:8000/healthz", timeout=4) as answer:
    sys.exit(answer.status != 200)
