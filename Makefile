# make run: open the window. make test: run the suite. make setup: what both need, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-llama setup lint bench crash-test scores screenshots clean

run: setup
	$(BIN)/penwright

# A process that crashed is not begun anew: with --dist loadfile the others would wait for it for ever.
test: setup
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --max-worker-restart 0

# The tests that need llama.cpp, which is compiled for them: GGUF files, and its server on loopback.
test-llama: setup
	$(BIN)/python -m pip install --quiet --group llama
	$(BIN)/python -m pytest tests/engine/gguf tests/engine/remote/test_real_servers.py

setup: $(VENV)/.installed
	@$(BIN)/python -m gui.system_libraries

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Penwright needs Python 3.11 or newer: install it, then run make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: sudo apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	# By itself and first: a pinned wheel found locally is taken as it is.
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

# Ratios against peers; see docs/results/.
bench: setup
	$(BIN)/python -m benchmarks

# 200 windows killed while they are written in, on Linux or macOS; see docs/reliability.md.
crash-test: setup
	$(BIN)/python -m benchmarks.crash_test

# Scores of the embedded models; DATA is a folder of held-out texts.
scores: setup
	$(BIN)/penwright-cli evaluate starter --data $(DATA)

screenshots: setup
	$(BIN)/python -m benchmarks.screenshots
	$(BIN)/python -m benchmarks.history_screenshots

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build dist
