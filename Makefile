# Two commands: `make demo` shows it, `make test` proves it. `make help` lists the others.
.DEFAULT_GOAL := help
.PHONY: help demo test check format e2e faults bench migrate test-postgresql traceability lint types imports templates \
        migrations messages setup setup-dev

python := .venv/bin/python
packages := bench coordinator courses dashboard_project examples experiences ingest oracles snapshot scripts tests manage.py
code = $(wildcard $(packages))
# PYTEST passes extra arguments: make test PYTEST="-k tenancy".
pytest := $(python) -m pytest
workers ?= logical
# Each worker takes whole files, in the order of the folders: so the browser is started once, and the run does not end
# with the files of few long tests. Who drives the browser: tests/plugins/workers.py.
shared := -n $(workers) --dist loadfile --no-loadscope-reorder
# Hundreds of processes are started: where Python is told to keep no bytecode, each would compile the project anew.
export PYTHONDONTWRITEBYTECODE :=
catalogue = locale/es/LC_MESSAGES/django

help: ## What each command does
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup:
	@scripts/bootstrap.sh run

setup-dev:
	@scripts/bootstrap.sh dev

demo: setup ## Load the sample institution and serve it on 127.0.0.1:8000
	@$(python) manage.py migrate --verbosity 0
	@EMAIL_URL="$${EMAIL_URL:-file://$${LECTERN_VAR:-$(CURDIR)/var}/mail}" $(python) manage.py demo

test: setup-dev ## Every test, in its short form, on SQLite and on PostgreSQL
	$(pytest) -m "not long" $(shared) $(PYTEST)
	$(MAKE) --no-print-directory test-postgresql

test-postgresql: setup-dev ## The tests that reach the database, on a PostgreSQL server of their own
	$(python) -m tests.plugins.postgresql $(pytest) -m "not long and not e2e" $(shared) $(PYTEST)

check: setup-dev lint types imports templates migrations ## Format, lint, types, import contracts, templates, migrations, traceability
	@$(python) scripts/traceability.py --check

lint:
	@$(python) -m ruff format --check --quiet $(code)
	@$(python) -m ruff check --quiet $(code)

types:
	@$(python) -m mypy $(code)

imports:
	@.venv/bin/lint-imports --no-logo

templates:
	@.venv/bin/djlint --quiet --lint templates

migrations:
	@$(python) manage.py makemigrations --check --dry-run

messages: setup-dev ## Bring the catalogue up to date with templates and code, and compile it (needs gettext)
	@$(python) manage.py makemessages --locale es --no-wrap --add-location file \
		--ignore .venv --ignore var --ignore tests --ignore bench --ignore scripts
	@msgattrib --no-obsolete --no-wrap --output-file $(catalogue).po $(catalogue).po
	@msgfmt --check --output-file $(catalogue).mo $(catalogue).po

traceability: setup-dev ## Write docs/traceability.md from the `proves` marks
	@$(python) scripts/traceability.py

format: setup-dev ## Format the code
	@$(python) -m ruff check --quiet --fix-only $(code)
	@$(python) -m ruff format $(code)

e2e: setup-dev ## The tests that drive Chromium, in full; pictures of every state in var/e2e
	@mkdir -p var/e2e
	LECTERN_SHOTS=$(CURDIR)/var/e2e $(pytest) -m e2e $(PYTEST)

faults: setup-dev ## Fault tests and other long forms, in full (those in a browser: make e2e)
	$(pytest) -m "long and not e2e" $(PYTEST)

bench: setup-dev ## The performance figures, with their floors
	@$(python) -m bench

migrate: setup ## Bring the database up to date
	@$(python) manage.py migrate
