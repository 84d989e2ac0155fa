"""How the web server runs (gunicorn), the same in the demonstration and in production.

Threads suit short requests that wait for the database; a worker is replaced now and then, at different times,
so that a slow leak never becomes a crash.
"""

import os

worker_class = "gthread"
workers = int(os.environ.get("DOUDI_WEB_WORKERS", "2"))
threads = int(os.environ.get("DOUDI_WEB_THREADS", "4"))
max_requests = 50_000
max_requests_jitter = 5_000
graceful_timeout = 30
keepalive = 30
# Paths carry no personal data; query strings do (names that staff search for), so they are left out (%(U)s).
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(b)s'
accesslog = os.environ.get("DOUDI_ACCESS_LOG") or None
errorlog = "-"
# Nobody steers it from outside; by default it would leave a socket in the home folder.
control_socket_disable = True
