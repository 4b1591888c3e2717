# Two commands: `make run` and `make test`. Each sets up once, then never again until requirements.lock changes.
PY ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TORCH ?= torch==2.13.0
# On a Linux laptop add TORCH_FLAGS="--index-url <the PyTorch project's CPU index>" to avoid 3 GB of CUDA.
TORCH_FLAGS ?=
STAMP := $(VENV)/.stamp
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test checks prove lint format bench help

$(STAMP): requirements.lock
	$(PY) -m venv $(VENV)
	$(BIN)/python -m pip install -q $(TORCH) $(TORCH_FLAGS)
	$(BIN)/python -m pip install -q uv==0.13.9
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install -q -r requirements.lock \
	  || $(BIN)/python -m pip install -q -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	$(BIN)/kith guidance load
	touch $@

run: $(STAMP) ## Start everything on embedded defaults: http://127.0.0.1:8000
	$(BIN)/kith demo

# Mypy takes most of a minute on one core, so lint runs beside the tests. If either fails, so does this.
test: $(STAMP) ## Lint, types, import contracts and every test
	$(MAKE) --no-print-directory -j 2 lint checks

# Tests wait for servers and pages as much as they compute: three workers on two cores take 5 minutes where two take 6 and a half.
checks: $(STAMP)
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

lint: $(STAMP) ## Ruff, mypy strict, import contracts
	$(BIN)/ruff check -q .
	$(BIN)/ruff format -q --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## Put the code into the house format
	$(BIN)/ruff check -q --fix .
	$(BIN)/ruff format -q .

# The bars that are too long for every test run, each the same test with more examples. About two hours.
prove: $(STAMP) ## 10,000 interleavings of person and assistant, 342 crises, 100,000 queries, 10,000 tamperings, 1,000 orders of release commands
	INTERLEAVINGS=10000 CRISES=all KITH_TEST_EXAMPLES=1700 KITH_TEST_POISON_STEP=1 TAMPERINGS=10000 ORDERS=1000 $(BIN)/python -m pytest -q -n 2 \
	  tests/assistant/cases/test_ownership.py tests/assistant/cases/test_crises.py \
	  tests/knowledge_base/curation/test_retrieved.py tests/assistant/guidance/test_poison.py tests/governance/test_audit.py \
	  tests/governance/test_gate.py

bench: $(STAMP) ## Measure the path and print ratios
	$(BIN)/kith bench path

help: ## List these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'
