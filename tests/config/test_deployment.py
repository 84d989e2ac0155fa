"""Production's settings (正式环境): Django's own check of a deployment finds nothing to say."""

import os
import subprocess
import sys

from django.conf import settings


def test_the_check_of_a_deployment_is_clean_with_https() -> None:
    environ = os.environ | {"DOUDI_HTTPS": "1", "DOUDI_ALLOWED_HOSTS": "doudi.example.gov.cn"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


def test_https_switches_everything_on_that_needs_it() -> None:
    script = (
        "from config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.MFA, s.DEBUG, s.SESSION_COOKIE_HTTPONLY)"
    )
    environ = {key: value for key, value in os.environ.items() if key != "DOUDI_MFA"} | {"DOUDI_HTTPS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["True", "True", "True", "31536000", "True", "False", "True"], done.stderr
