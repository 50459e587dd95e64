# Every command makes the environment first when it is missing or out of date.
PY := .venv/bin/python
READY := .venv/.ready

.PHONY: help venv demo test test-oldest package fuzz lint texts language format docs pictures reproduce-paper clean
help:  ## list the commands
	@sed -n 's/^\([a-zA-Z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name text; do printf 'make %-11s %s\n' "$$name" "$$text"; done

venv: $(READY)  ## make or renew the pinned environment in .venv, with the programs s3fn and s3fn-gui
$(READY): pyproject.toml packaging/constraints.txt packaging/setup.sh packaging/system_packages.sh \
		s3fn_gui/base/system_libraries.py
	@PYTHON="$(PYTHON)" TORCH="$(TORCH)" packaging/setup.sh
	@touch $@

demo: $(READY)  ## open, train, map and export a simulated scene (off screen where there is no display)
	@$(PY) -m s3fn_gui.shell.demo

test: export QT_QPA_PLATFORM = offscreen
test: export HF_HUB_OFFLINE = 1
test: export OMP_NUM_THREADS = 1
test: export PYTHONDONTWRITEBYTECODE =
test: $(READY)  ## run the whole test suite off screen; ARGS="-k cube" runs a part of it
	@$(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal $(ARGS)

test-oldest:  ## run the core tests with the oldest versions that pyproject.toml allows, in build/oldest
	@PYTHON="$(PYTHON)" ARGS="$(ARGS)" packaging/oldest.sh

package: docs  ## build and test the application in dist/s3fn, and on Debian a package of it
	@packaging/package.sh

fuzz: $(READY)  ## read 100,000 damaged cubes, projects, labels, models (ARGS=1000: that many)
	@$(PY) -m tests.fuzz $(ARGS)

lint: $(READY)  ## check style, format and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

texts: $(READY)  ## list all texts that users read, with file and line
	@$(PY) -m tests.wording

language: $(READY)  ## make or renew a translation: make language ARGS=de
	@$(PY) packaging/language.py $(ARGS)

format: $(READY)  ## put the code into the common format
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

docs: $(READY)  ## build the documentation as a site: docs/_site/index.html
	@$(PY) -m sphinx --fail-on-warning --keep-going --quiet -b html -d build/doctrees docs docs/_site
	@echo docs/_site/index.html

pictures: $(READY)  ## renew what is made for the documentation: pictures, notebook, list of commands
	@$(PY) -m docs.make_pictures
	@$(PY) -m docs.make_word_pictures
	@$(PY) -m docs.make_model_pictures
	@$(PY) -m docs.make_command_line
	@$(PY) -m docs.make_notebook

bench-NAME:  ## run tests/benchmarks/bench_NAME.py
	@ls tests/benchmarks/bench_*.py
bench-%: $(READY)
	@$(PY) -m tests.benchmarks.bench_$* $(ARGS)

reproduce-paper: $(READY)  ## train on the paper's data sets below DATA=FOLDER and print the paper's figures beside ours
	@$(PY) -m tests.benchmarks.bench_paper "$(DATA)" $(ARGS)

clean:  ## remove the environment, caches and build output
	rm -rf .venv build dist docs/_site *.egg-info demo-output .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find s3fn_core s3fn_gui tests -name __pycache__ -prune -exec rm -rf {} +
