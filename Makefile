# The commands of the day. `make demo` and `make test` need only git, make and python3 (3.11 or newer).
.PHONY: setup demo test check format bench docs lock clean

ARGS ?=
PYTHON := .venv/bin/python

setup:            ## the environment in .venv, and the scripts of the pages
	@tools/setup

demo: setup       ## a charging network in a browser, on SQLite
	@.venv/bin/pluglot demo $(ARGS)

test:             ## every test; installs a browser when it can
	@tools/setup test
	$(PYTHON) -m pytest $(ARGS)

check: setup      ## style, types, borders, and that generated files are current
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) tools/check_files.py
	$(PYTHON) tools/write_docs.py --check

format: setup     ## put the code into the form that `make check` expects
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

bench:            ## the table of speeds; takes some minutes
	@tools/setup bench
	$(PYTHON) -m bench $(ARGS)

docs: setup       ## generated parts of docs/
	$(PYTHON) tools/write_docs.py

lock: setup       ## pin the dependencies of pyproject.toml again
	$(PYTHON) tools/lock.py

clean:            ## what can be built again
	rm -rf .venv dist build src/pluglot/web/frontend/node_modules src/pluglot/web/static/build tests/interop/node/node_modules
