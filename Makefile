# One word per need. Only Python 3.11 or newer and make have to be on the machine.
#
#   make up              start the site on this machine and watch it; Ctrl-C stops it
#   make test            every test, on the embedded services
#   make test-services   the same tests on PostgreSQL and Redis (DATABASE_URL, REDIS_URL)
#   make chaos           kill every process at every moment and look what is left, TIMES=3 times in a row
#   make chaos-services  the same on PostgreSQL and Redis
#   make check           format, style, types, imports, settings, migrations, templates, courses; edits nothing
#   make fix             formats and repairs what can be repaired
#   make install         only make .venv
#   make install-train   add PyTorch, for training the embedded model
#   make lock            renew the lock files
#   make messages        collect the texts to translate and compile the catalogues
#   make shots           pictures of the main pages, at three widths in both themes, in var/shots/index.html
#   make bench           how long the site takes to start, a page to be painted, a picture to be drawn, and what the queue costs (ARGS="--short --only latency")
#
# PYTHON=python3.12 chooses the Python that .venv is made with; JOBS=4 the number of test processes.

# Newer than 3.13 works too, but some packages may have no wheel for it yet.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for candidate in python3 python3.13 python3.12 python3.11 python; do \
	if $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	then echo $$candidate; exit; fi; done; echo python3)
endif
JOBS ?= auto
DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/athanor
REDIS_URL ?= redis://127.0.0.1:6379/0
PYTEST = .venv/bin/python -m pytest -n $(JOBS) --maxprocesses 4 --dist loadfile

.PHONY: up install install-dev install-train test test-services chaos chaos-services check fix lock messages shots bench
.DEFAULT_GOAL := up

up: install
	@exec .venv/bin/python manage.py up

install: python
	@$(PYTHON) .ci/install.py

install-dev: python
	@$(PYTHON) .ci/install.py --dev

.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "Athanor needs Python 3.11 or newer; '$(PYTHON)' is `$(PYTHON) --version 2>&1`."; \
	echo "Install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }

# Only for training the embedded model and for the tests of its training: PyTorch.
install-train: install-dev
	@.venv/bin/python -c 'import torch' 2>/dev/null || .venv/bin/python -m pip install --quiet \
	`.venv/bin/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['train'])"`

test: install-dev
	@env -u DATABASE_URL -u REDIS_URL $(PYTEST) $(ARGS)

test-services: install-dev
	@DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL) $(PYTEST) $(ARGS)

# Real processes die at exact moments (tests/chaos): minutes each time, and best with the machine to itself.
CHAOS = for n in $$(seq $(or $(TIMES),1)); do CHAOS=1 .venv/bin/python -m pytest tests/chaos $(ARGS) || exit 1; done

chaos: install-dev
	@unset DATABASE_URL REDIS_URL; $(CHAOS)

chaos-services: install-dev
	@export DATABASE_URL=$(DATABASE_URL) REDIS_URL=$(REDIS_URL); $(CHAOS)

check: install-dev
	@.venv/bin/python .ci/check.py

fix: install-dev
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

lock: install-dev
	@.venv/bin/python .ci/lock.py

messages: install-dev
	@command -v msgmerge >/dev/null || { echo "This needs GNU gettext: apt install gettext"; exit 1; }
	@.venv/bin/python manage.py makemessages --locale fr --no-wrap --add-location file --no-obsolete \
	--ignore var --ignore .venv --ignore tests
	@.venv/bin/python manage.py compile_translations

# Needs the class of a moment to work first: some minutes.
shots: install-dev
	@.venv/bin/python .ci/shots $(ARGS)

bench: install-dev
	@.venv/bin/python .ci/bench_start.py
	@.venv/bin/python .ci/bench_pages.py
	@.venv/bin/python .ci/bench_images.py
	@.venv/bin/python .ci/bench_criteria.py
	@.venv/bin/python .ci/bench_similarity.py
	@.venv/bin/python .ci/bench_gradebook.py 200x100
	@.venv/bin/python .ci/bench_regrade.py
	@PYTHONPATH=platform:. DJANGO_SETTINGS_MODULE=athanor.config.settings .venv/bin/python -m tests.bench.run $(ARGS)
