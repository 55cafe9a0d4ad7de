# Two commands do everything on a fresh machine: `make run` and `make test`.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv/bin

.PHONY: run setup reset test check lint bench docs lock

run: ## start the demonstration: web server and worker, Ctrl-C stops both
	@$(PYTHON) tools/setup.py run
	@$(VENV)/python -m tongban.serve --port $(PORT)

setup: ## make the environment and prepare the database; doing it again changes nothing
	@$(PYTHON) tools/setup.py run
	@$(VENV)/python manage.py prepare

reset: ## throw the demonstration's data away and start over
	@$(PYTHON) tools/setup.py run
	@$(VENV)/python manage.py reset

test: ## lint, types, laws, tests on SQLite and PostgreSQL, journeys in a real browser
	@$(PYTHON) tools/setup.py test
	@$(VENV)/python tools/check.py all

check: ## lint, and the tests that the changes of this branch can reach, on SQLite
	@$(PYTHON) tools/setup.py lint
	@$(VENV)/python tools/check.py reached

lint: ## style, types and laws only; needs no browser and no server
	@$(PYTHON) tools/setup.py lint
	@$(VENV)/python tools/check.py lint

bench: ## measure; prints NAME VALUE UNIT, writes bench/latest.json
	@$(PYTHON) tools/setup.py test
	@$(VENV)/python -m bench

docs: ## renew the pages of the docs that are made from the code
	@$(VENV)/python manage.py renew

lock: ## renew the locked dependencies, with hashes, naming no registry
	@$(VENV)/pip install --quiet uv
	@$(VENV)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade requirements/run.in -o requirements/run.txt
	@$(VENV)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade requirements/test.in -o requirements/test.txt
