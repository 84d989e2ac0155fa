# make run  — set everything up, play one quarter, serve the site until Ctrl-C
# make fresh — the same from an empty embedded database
# make test — set everything up, run the whole suite
# make fuzz — the tests of the hospitals' interface against a live server, twenty times as long
# make screenshots — play the demonstration aside and keep pictures of the main pages in docs/img
# make check — what CI runs before the tests: format, lint, types, import direction, migrations

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STACK := $(BIN)/python -m config.stack run --
PIP := $(BIN)/pip --disable-pip-version-check --quiet install --require-hashes
PORT ?= 8000

CHROMIUM := /usr/bin/chromium

.PHONY: run fresh test chromium screenshots fuzz check format bench shell stop lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本：make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(BIN)/python
	@echo "安装运行所需的库（首次约一分钟）…"
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	@echo "安装开发和测试所需的库（首次约一分钟）…"
	@$(PIP) -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime

run: $(VENV)/.runtime
	@export DOUDI_BUSINESS_DATE=$${DOUDI_BUSINESS_DATE:-2019-06-30}; exec $(STACK) $(BIN)/python -m config.demo --port $(PORT)

# The demonstration from the start: empties the embedded database, never one of your own.
fresh: $(VENV)/.runtime
	@test -z "$$DATABASE_URL$$DATABASE_OWNER_URL" || { echo "已设置 DATABASE_URL：不清空自己的数据库。"; exit 1; }
	@$(STACK) sh -c '$(BIN)/python manage.py migrate --verbosity 0 && $(BIN)/python manage.py flush --no-input --verbosity 0'
	@$(MAKE) --no-print-directory run

# Installed where that takes no question; asked for elsewhere.
chromium:
	@test -x $(CHROMIUM) || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get install -y -q chromium; } || \
		{ echo "浏览器测试和截图需要 Chromium，没有找到 $(CHROMIUM)。请先安装：sudo apt-get install chromium"; exit 1; }

# Its own database and files, thrown away afterwards.
screenshots: $(VENV)/.dev chromium
	@unset DATABASE_URL DATABASE_OWNER_URL REDIS_URL; export DOUDI_VAR=$$(mktemp -d) DOUDI_BUSINESS_DATE=2019-06-30; \
	chmod 755 $$DOUDI_VAR; trap '$(BIN)/python -m config.stack down; rm -rf "$$DOUDI_VAR"' EXIT; \
	$(STACK) $(BIN)/python -m tests.browser.screenshots

test: $(VENV)/.dev chromium
	@# Pages name their static files by content: a page that names a missing one fails.
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	$(STACK) $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

fuzz: $(VENV)/.dev
	DOUDI_FUZZ=20 $(STACK) $(BIN)/python -m pytest tests/client $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(STACK) $(BIN)/python manage.py makemigrations --check --dry-run

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	$(STACK) $(BIN)/python -m tests.bench $(ARGS)

shell: $(VENV)/.runtime
	$(STACK) $(BIN)/python manage.py shell

stop:
	$(BIN)/python -m config.stack down

lock: $(VENV)/.dev
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
