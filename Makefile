# One command each: `make demo` runs the main job from nothing, `make test` runs the tests. Both do all the set-up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# Harvests are child processes: without compiled files each of them would compile the program anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: install demo test check bench lock clean

install: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install            ## the sample federation: harvested, deduplicated, indexed, served on http://127.0.0.1:8000
	$(BIN)/aiguillage demo $(ARGS)

test: install            ## every test; servers from TEST_ELASTICSEARCH_URL and TEST_DATABASE_URL where given
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: install           ## types, style, and the arrow of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install           ## the figures of docs/benchmarks.md
	$(BIN)/python -m benchmarks.harvest
	$(BIN)/python -m benchmarks.routing --queries tests/gold/queries-dev.csv --portals tests/gold/portals.csv

lock:                    ## write requirements.lock again from pyproject.toml (needs uv)
	uv pip compile --quiet pyproject.toml --extra records --extra shacl --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --upgrade --output-file requirements.lock

clean:
	rm -rf $(VENV) demo-data dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzz
