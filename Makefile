# Every task a person does. Plain `make` lists them.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
BUS ?= postgres
PROTOS := $(shell find proto -name '*.proto')
TEXTS := $(shell find services -name '*.po')
.DEFAULT_GOAL := help

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help:  ## List the tasks
	@awk 'BEGIN {FS = ":.*## "} /^## / {printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## Try it

.PHONY: demo up down status logs
demo: ready  ## Carry one procurement from draft to contract; papers in build/demo (BUS=kafka for Apache Kafka)
	@$(BIN)/python -m demo --bus $(BUS)

up: ready  ## Start everything and leave it running
	@$(BIN)/python -m deploy.local up --bus $(BUS)
	@$(BIN)/python -m demo.guide

down:  ## Stop what `make up` started (data stays; WIPE=1 forgets it)
	@$(BIN)/python -m deploy.local down $(if $(WIPE),--wipe)

status:  ## What runs, how fast it started, how much memory it holds
	@$(BIN)/python -m deploy.local status

logs:  ## Last lines of each process (SERVICE=bids for one)
	@$(BIN)/python -m deploy.local logs $(SERVICE)

## Check it

.PHONY: test lint bench
test: ready-dev  ## The whole test suite; starts and stops its own servers
	@BUS=$(BUS) $(BIN)/python -m pytest $(TESTS)

lint: ready-dev  ## Format, style, types, layers, spelling, dependencies, contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/deptry backbone services formats client verifier deploy demo
	cd proto && ../$(BIN)/buf lint

bench: ready-dev  ## Measure the event bus: a table, no verdict
	@$(BIN)/python -m tests.load.bench_bus

## Set it up

.PHONY: setup proto lock system-deps clean ready ready-dev
setup: ready-dev  ## Everything a developer needs, into .venv

ready: $(VENV)/.run build/gen/.done build/.texts
ready-dev: $(VENV)/.dev build/gen/.done build/.texts

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing; run: make system-deps"; exit 1; }
	@$(BIN)/python -c "import pathlib, sysconfig; root = pathlib.Path.cwd(); (pathlib.Path(sysconfig.get_path('purelib')) / 'licita.pth').write_text('\n'.join(str(root / part) for part in ('', 'formats', 'client', 'verifier', 'build/gen')))"
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m licita_client "$$@"\n' > $(BIN)/licita && chmod +x $(BIN)/licita
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements/run.txt
	@echo "Installing what the platform needs (once) …"
	@$(BIN)/pip install -q --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Installing what developers need (once) …"
	@$(BIN)/pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

proto: build/gen/.done  ## Generate the gRPC and event code from proto/
build/gen/.done: $(VENV)/.run $(PROTOS)
	@rm -rf build/gen && mkdir -p build/gen
	@$(BIN)/python -m grpc_tools.protoc -Iproto --python_out=build/gen --pyi_out=build/gen --grpc_python_out=build/gen $(PROTOS)
	@touch $@

build/.texts: $(VENV)/.run $(TEXTS)
	@mkdir -p build
	@for po in $(TEXTS); do $(BIN)/pybabel -q compile -i $$po -o $${po%.po}.mo; done
	@touch $@

lock: ready-dev  ## Compile requirements/*.in to hashed locks without any address
	@for name in run dev; do $(BIN)/uv pip compile -q --upgrade --generate-hashes --universal --no-header --python-version 3.11 --no-emit-index-url --no-emit-find-links requirements/$$name.in -o requirements/$$name.txt; done

system-deps:  ## Install the system packages (Debian): the venv module of Python; Java and Maven only for BUS=kafka
	apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv $(if $(filter kafka,$(BUS)),openjdk-17-jre-headless maven)

clean:  ## Remove what was built and every local stack's data (stop them first)
	rm -rf build .local .mypy_cache .ruff_cache .pytest_cache .hypothesis
