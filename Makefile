# Everything that people, pre-commit and CI run. `make help` lists it.
#
#   PORT=9080         other ports (the shop's, and the six behind it)
#   FOREGROUND=1      with `up`: stay, Ctrl-C stops everything
#   FORCE=1           with `reset`: do not ask
#   FILE=... EMAIL=... ROLE=... STAGE=...   see the commands

.DEFAULT_GOAL := help
SHELL := /bin/sh

# Bytecode is wanted even where the shell says otherwise: without it every start of a tool compiles it anew.
unexport PYTHONDONTWRITEBYTECODE
# An active environment of something else must not steer uv or Python.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

PORT ?=
PY := .venv/bin/python
STACK := $(PY) -m scripts.stack
AT_PORT := $(if $(PORT),--port $(PORT))

# A uv on PATH may be a pyenv shim that fails in here: only one that answers counts. Else the project makes its own.
UV := $(shell if uv --version >/dev/null 2>&1; then command -v uv; else echo $(CURDIR)/.local/uv/bin/uv; fi)
UV_VERSION := 0.13.9
OWN_UV := $(filter %/.local/uv/bin/uv,$(UV))

INSTALLED := .venv/.installed .local/tools/sam/.installed .local/tools/ministack/.installed

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --------------------------------------------------------------------------------------------------------- the shop

.PHONY: up
up: install ## start the shop on this computer; again, it redeploys what changed
	@$(STACK) up $(AT_PORT) $(if $(FOREGROUND),--foreground)

.PHONY: down
down: .venv/.installed ## stop it; its data stays
	@$(STACK) down

.PHONY: reset
reset: .venv/.installed ## stop it and delete its data (FORCE=1 does not ask)
	@$(STACK) reset $(if $(FORCE),--force)

.PHONY: status
status: .venv/.installed ## what runs
	@$(STACK) status

.PHONY: logs
logs: .venv/.installed ## follow all logs (ONLY="orders edge" for some)
	@$(STACK) logs $(ONLY)

.PHONY: deploy-local
deploy-local: install ## bring changed code into the running shop
	@$(STACK) deploy

.PHONY: seed
seed: .venv/.installed ## fill the catalogue: the demo's, or FILE=products.csv in Shopify's format
	@$(STACK) run scripts.seed $(if $(FILE),"$(FILE)")

.PHONY: demo
demo: .venv/.installed ## buy something, step by step
	@$(STACK) run scripts.demo

.PHONY: token
token: .venv/.installed ## print a session token: EMAIL=ada@example.com ROLE=customer|staff|admin
	@$(STACK) token --email "$(or $(EMAIL),ada@example.com)" --role "$(or $(ROLE),customer)"

# ------------------------------------------------------------------------------------------------------ the project

.PHONY: test
test: install check ## every check and every test; what CI runs
	@$(PY) -m scripts.stack.test

.PHONY: check
check: install ## format, lint, types, import rules, template, generated files
	@$(PY) -m scripts.stack.check

.PHONY: generate
generate: .venv/.installed ## write openapi.json, the events' schemas and the sample events from the code
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.generate
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.samples

.PHONY: bench
bench: install ## what operations cost: CPU, round trips, cold starts (docs/performance.md)
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.bench

.PHONY: bench-catalogue
bench-catalogue: install ## what lists and search cost with 1,000 and 10,000 products (minutes)
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.bench.catalogue

.PHONY: bench-exchange
bench-exchange: install ## how many rows a second import and export do (minutes)
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.bench.exchange

.PHONY: bench-checkout
bench-checkout: install ## what carts and placements cost, by lines and when many order at once (minutes)
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.bench.checkout

.PHONY: bench-people
bench-people: install ## what the authorizer and people's operations cost, warm and cold (minutes)
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.bench.people

.PHONY: bench-pricing
bench-pricing: install ## what working out a price costs, by lines and promotions (seconds)
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.bench.pricing

.PHONY: bench-invoices
bench-invoices: install ## what making an invoice and its PDF costs, by lines (seconds)
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.bench.invoices

.PHONY: bench-payments
bench-payments: install ## what webhooks and refunds cost (a minute); RUNNING=1: how long buyers wait in the shop that runs
	@PYTHONPATH=.:functions:layers/common $(PY) -m scripts.bench.payments $(if $(RUNNING),--running)

.PHONY: fmt
fmt: .venv/.installed ## format the code and mend what can be mended
	@$(PY) -m ruff check --fix --exit-zero .
	@$(PY) -m ruff format .

.PHONY: lock
lock: | $(OWN_UV) ## lock the dependencies of pyproject.toml anew
	@set -e; compile="$(UV) pip compile --quiet --python-version 3.13 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml"; \
	$$compile -o layers/common/requirements.txt; \
	for group in sam ministack; do $(UV) pip compile --quiet --python-version 3.13 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --group $$group -o requirements/$$group.txt; done; \
	$$compile --group dev -o requirements/dev.txt

.PHONY: deploy
deploy: install ## to the cloud: STAGE=staging|prod (docs/deploy.md)
	@test "$(STAGE)" = staging || test "$(STAGE)" = prod || { echo "say where to: make deploy STAGE=staging or STAGE=prod" >&2; exit 1; }
	@# SAM builds in temporary folders, where pyenv does not see .python-version: the real Python goes first.
	PATH="$$($(PY) -c 'import sys; print(sys.base_prefix)')/bin:$$PATH" .local/tools/sam/bin/sam build --config-env $(STAGE)
	.local/tools/sam/bin/sam deploy --config-env $(STAGE)

# ---------------------------------------------------------------------------------------------------- installation

.PHONY: install
install: $(INSTALLED)

$(CURDIR)/.local/uv/bin/uv:
	@echo "  .. install uv"
	@mkdir -p .local
	@python=$$(for name in python3.13 python3 python; do if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then echo "$$name"; break; fi; done); \
	test -n "$$python" || { echo "no Python is found; install Python 3.13, then run make again" >&2; exit 1; }; \
	rm -rf .local/uv; \
	"$$python" -m venv .local/uv || { echo "this Python cannot make environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; \
	.local/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# $(call environment,folder,lock files): an environment that holds exactly what the lock says.
define environment
	@echo "  .. install $(1)"
	@mkdir -p $(dir $(1))
	@if ! $(1)/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then \
		rm -rf $(1); \
		$(UV) venv --quiet --no-project --python 3.13 $(1) || { echo "Python 3.13 is not found; install it (python.org, your package manager, or: uv python install 3.13), then run make again" >&2; exit 1; }; \
	fi
	@$(UV) pip sync --quiet --require-hashes --python $(1)/bin/python $(2)
	@touch $(1)/.installed
endef

.venv/.installed: requirements/dev.txt | $(OWN_UV)
	$(call environment,.venv,requirements/dev.txt)

.local/tools/%/.installed: requirements/%.txt | $(OWN_UV)
	$(call environment,.local/tools/$*,requirements/$*.txt)
