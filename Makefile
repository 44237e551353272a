# Two commands do everything on a fresh machine: `make serve` and `make test`.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
WEB := service/zielgraph/web
EXAMPLE := data/source/koeln-zielsystem.tsv

.PHONY: setup serve test browser lint docs translations vendor screenshots soak bench lock wheel clean

setup: .venv/.ready

# Exactly the locked packages, each with its hash; then zielgraph itself from this folder.
.venv/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "zielgraph braucht Python 3.11 oder neuer.")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

serve: setup
	$(BIN)/zielgraph import $(EXAMPLE) --edition 2019-12-31
	$(BIN)/zielgraph serve --port $(PORT)

# On all cores, four at most. Compiled modules are kept, for tests start the program hundreds of times.
test: export PYTHONDONTWRITEBYTECODE =
test: setup lint browser
	$(BIN)/python -m pytest -n auto --maxprocesses=4 --dist worksteal

# Chromium opens the pages in tests/browser; where there is none, it is fetched or its absence is told loudly.
browser: setup
	$(BIN)/python tests/helpers/browsers.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests benchmarks docs/tools
	$(BIN)/python docs/tools/generate.py --check

soak: setup
	$(BIN)/python -m pytest -m soak

bench: setup
	$(BIN)/python -m benchmarks

# Pages that list commands, settings, questions and rules.
docs: setup
	$(BIN)/python docs/tools/generate.py

# After changing texts on the pages: collect them, translate what is new in the .po files, run again.
translations: setup
	$(BIN)/pybabel -q extract -F $(WEB)/translations/babel.cfg --no-location --sort-output -o .venv/messages.pot $(WEB)
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date -i .venv/messages.pot -d $(WEB)/translations
	$(BIN)/pybabel -q compile -d $(WEB)/translations

# For maintainers, with Node: fetch and build the front-end parts that are committed under static/vendor.
vendor:
	cd assets && npm ci && npm run --silent vendor

# The pictures in the README and the guides, taken anew.
screenshots: setup
	$(BIN)/python docs/tools/screenshots.py

wheel: setup
	$(BIN)/python -m build --wheel --no-isolation

# For maintainers: after changing dependencies in pyproject.toml.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links pyproject.toml -o requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf .venv dist build var
