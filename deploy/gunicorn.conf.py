"""gunicorn, for two cores; the same on every setup. `--bind` comes from the command line."""

worker_class = "gthread"
workers = 2
threads = 4
# Workers are renewed now and then, not all at once, so that a slow leak never grows old.
max_requests = 5000
max_requests_jitter = 500
timeout = 30
graceful_timeout = 30
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108  a heartbeat file on disk can stall a worker
# It is on by default, in the home directory, and nothing here uses it.
control_socket_disable = True
# nginx and the worker count for the access log; gunicorn says only what goes wrong.
accesslog = None
