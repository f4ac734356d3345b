# The door to the project. `make help` lists what can be done; everything needed is set up on the way.
# Needs GNU make, sh and Python 3.11 or later; everything else comes from the package index into .venv/.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

.NOTPARALLEL:

PORT ?= 8000
PYTHON ?=
PYTEST_WORKERS ?= auto
TESTS ?=
ONLY ?=
SEARCH_SIZES ?= 10000,100000
PARTS ?= pages,counting,publication,memory,front,files,lists
ROUNDS ?= 5
BEFORE ?= main
SUITES ?= bookworm,trixie
PACE ?=
SIZES ?= 1000,100000
PROCESSORS ?= x86_64,aarch64
PYTHONS ?= 3.11,3.12,3.13
# required: only the very files named in requirements.lock are installed. preferred: where the index serves others, the versions alone decide.
HASHES ?= required

# A release for places without internet brings its packages along: then no index is asked.
ifneq ($(wildcard wheels/*.whl),)
export PIP_NO_INDEX = 1
export PIP_FIND_LINKS = $(CURDIR)/wheels
export UV_NO_INDEX = 1
export UV_FIND_LINKS = $(CURDIR)/wheels
endif

# Where it is set, each of the many processes compiles the portal anew.
unexport PYTHONDONTWRITEBYTECODE

# Where everything is installed; .ci/run has a second one with the distribution's Python.
VENV ?= .venv
BIN := $(VENV)/bin
SHOW := deploy/show-progress
LOCK := --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header
MANAGE := $(BIN)/python manage.py
ROOMS := background catalog checklist confidential desk disclosure documents imports inquiries ledger opendata portal search statutory workdays
PYTEST := $(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist load
COVERAGE := --cov --cov-report=term

##@ Use
.PHONY: help
help: ## List what can be done
	@echo 'Lantai 政府信息公开平台: make <target>'
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: HASHES = preferred
run: export DEMO = 1
run: export BIND = 127.0.0.1:$(PORT)
run: demo-only install of-this-machine port demonstration-only ## Set everything up and serve the demonstration (PORT=8001: on another port)
	@$(SHOW) '正在更新数据表 / Tables' '' '' $(MANAGE) migrate --noinput
	@$(SHOW) '正在收集静态文件 / Static files' '' 'find "$${DATA_DIR:-var}/static" -type f | wc -l' $(MANAGE) collectstatic --noinput
	@SHOW_OUTPUT=1 $(SHOW) '正在填入演示内容 / Demonstration' '' '' $(MANAGE) seed --bars
	@echo '门户地址 / The portal: http://127.0.0.1:$(PORT)/    工作台 / The desk: http://127.0.0.1:$(PORT)/admin/    停止 / Stop: Ctrl-C'
	@$(MANAGE) work --with-parent --verbosity 0 & exec $(BIN)/python -m gunicorn --config deploy/gunicorn.conf.py portal.wsgi

# Demonstration content and accounts with known passwords must never reach a real installation.
.PHONY: demo-only
demo-only:
	@if [ -f .env ] && ! grep -Eq '^ *(export +)?DEMO *= *["'\'']?(1|[Tt]rue|[Oo]n|[Yy]es)' .env; then \
	  echo '这里有正式安装的配置文件 .env，make run 只用于演示，会写入演示内容和演示账号，所以没有启动。' >&2; \
	  echo '如果这里就是演示安装，请在 .env 中写上 DEMO=1；正式安装的启动方法见 docs/operations.zh.md。' >&2; \
	  echo 'This folder has the .env of a real installation; make run is for demonstrations only (see docs/operations.md).' >&2; \
	  exit 1; fi

# What gunicorn would refuse is refused before anything is set up.
.PHONY: of-this-machine
of-this-machine: $(VENV)/installed
	@$(BIN)/python deploy/gunicorn.conf.py

# The same of a database that is somebody's own: it is not migrated either.
.PHONY: demonstration-only
demonstration-only: $(VENV)/installed
	@$(MANAGE) seed --check

.PHONY: port
port: $(VENV)/installed
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); \
	  s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int(sys.argv[1])))' '$(PORT)' 2>/dev/null || { \
	  echo '端口 $(PORT) 不能使用（门户可能已经在运行）。换一个端口：make run PORT=8001' >&2; \
	  echo 'Port $(PORT) cannot be used (perhaps the portal is running already). Another one: make run PORT=8001' >&2; exit 1; }

.PHONY: install
install: $(VENV)/installed secret-key compiled ## Create .venv/, install what the portal runs on, make a secret key

# For accounts that may read here and not write; whoever may not write either goes on.
.PHONY: compiled
compiled:
	@$(BIN)/python -m compileall -qq $(ROOMS) || true

.PHONY: superuser
superuser: install ## Create an administrator
	@$(SHOW) '正在更新数据表 / Tables' '' '' $(MANAGE) migrate --noinput
	@$(MANAGE) createsuperuser

.PHONY: shell
shell: install ## Open a Python shell with the models
	@$(MANAGE) shell

##@ Develop
.PHONY: install-dev
install-dev: HASHES = preferred
install-dev: $(VENV)/installed-dev secret-key compiled ## Install what tests and linters need as well

# The address is given outright, so that neither the environment nor .env sends the tests to another database.
.PHONY: test
test: install-dev ## Run the tests on SQLite, with coverage (TESTS=catalog: only these)
	@DATABASE_URL="sqlite:///test" $(PYTEST) $(COVERAGE) $(TESTS)

.PHONY: test-postgres
test-postgres: install-dev ## Run the tests on PostgreSQL: the one DATABASE_URL names, or one of their own
	@$(BIN)/python .ci/with-postgres $(PYTEST) $(TESTS)

.PHONY: bench-import
bench-import: install ## Score how well old pages are recognised, field by field, on samples and variants of them
	@DEMO=1 $(BIN)/python bench/import/score.py --show

.PHONY: drill-deploy
drill-deploy: install-dev ## Start deploy/ for real on loopback (PostgreSQL, Redis, nginx, two gunicorns): smoke, reload, failures; ITEMS=1000000: the upgrade of so many
	@$(BIN)/python .ci/with-postgres $(BIN)/python deploy/drills/deploy.py

.PHONY: drill-api
drill-api: install-dev .venv-drills/installed ## Ask the API everything its description allows, on both databases (EXAMPLES=60)
	@DATABASE_URL= $(BIN)/python deploy/drills/api.py
	@$(BIN)/python .ci/with-postgres $(BIN)/python deploy/drills/api.py

.PHONY: drill-back
drill-back: install-dev ## Upgrade from the release before, act, and go back to it in both ways, on both databases
	@$(BIN)/python deploy/drills/back.py

.PHONY: drill-container
drill-container: install-dev ## Build the image and run compose.yaml's services, each with its account and limits, on loopback (podman, debootstrap)
	@$(BIN)/python deploy/drills/container.py

.PHONY: drill-procedures
drill-procedures: install-dev ## Type the commands of docs/operations.md as written, on an empty installation of either database
	@$(BIN)/python deploy/drills/procedures.py

.PHONY: drill-dear-work
drill-dear-work: install-dev ## Strangers want files nobody has made and try passwords: what honest readers see meanwhile, on both databases
	@$(BIN)/python deploy/drills/dear_work.py

.PHONY: drill-withdrawn
drill-withdrawn: install-dev ## Withdraw while readers ask two machines through nginx: seconds until nobody sees it, and in an outage; both databases
	@$(BIN)/python deploy/drills/withdrawn.py

.PHONY: drill-mutants
drill-mutants: install-dev ## Put faults in by hand, one after the other: each has to make a test fail (DATABASE_URL chooses the database)
	@$(BIN)/python deploy/drills/mutants.py

# Outside .ci/run: an hour and more. SEED=2 draws others; ONLY="ledger acts": these rooms.
.PHONY: mutants
mutants: install-dev .venv-mutants/installed ## Put a sample of faults in by a machine and count those that make a test fail (NUMBER=300 SEED=1 ONLY=ledger; ALL=1)
	@.venv-mutants/bin/python deploy/drills/mutate.py $(BIN)/python --number $(or $(NUMBER),300) --seed $(or $(SEED),1) $(if $(ONLY),--only $(ONLY)) $(if $(ALL),--all)

.PHONY: drill-import
drill-import: install-dev ## Take 10,000 rows in while somebody else saves small things and readers read, on both databases
	@$(BIN)/python deploy/drills/large_import.py

.PHONY: drill-bare
drill-bare: install-dev ## Type the Chinese manual on a bare Debian 12 and 13, lose the machine, restore on another (root; SUITES=bookworm)
	@$(BIN)/python deploy/drills/bare.py --suites '$(SUITES)'

.PHONY: drill-first-day
drill-first-day: install-dev ## Go docs/first-day.md at a person's pace, from no tables to the first published item: minutes a step (chromium; PACE=--quick)
	@$(BIN)/python deploy/drills/first_day.py $(PACE)

.PHONY: drill-faults
drill-faults: install-dev .venv-drills/installed ## Break things under load on both databases: database, disk, processes, clock (10 minutes)
	@$(BIN)/python deploy/drills/faults.py $(FAULTS)

.PHONY: drill-same
drill-same: install-dev ## Compare an older commit's pages, files, desk and readings with this code's, byte for byte (BEFORE=v0.2.0)
	@$(BIN)/python deploy/drills/same_bytes.py '$(BEFORE)'

# As the scoreboard does, on both databases at the same time; MODEL_EXAMPLES=50 for a shorter look.
.PHONY: drill-saves
drill-saves: export MODEL_EXAMPLES ?= 500
drill-saves: export MODEL_STEPS ?= 30
drill-saves: install-dev ## Let two people do everything at once to one item, with slow forms, on both databases, against a model of the states
	@$(BIN)/python deploy/drills/saves.py

.PHONY: drill-truth
drill-truth: install-dev ## Change every number of the saved reports, one at a time: found, not checkable and why, silent (FILES=folder: other reports)
	@$(BIN)/python deploy/drills/truth.py $(if $(FILES),--files '$(FILES)')

.PHONY: drill-packages
drill-packages: install-dev ## Harm a package of reports and the nightly one in 24 and 13 ways that need no signing key: found or not
	@$(BIN)/python deploy/drills/packages.py

.PHONY: drill-tampering
drill-tampering: install-dev ## Change every column a public page reads, in every row, past the portal, on both databases: tried and found
	@$(BIN)/python deploy/drills/tampering.py

.PHONY: scoreboard
scoreboard: export DEMO = 1
scoreboard: install-dev .venv-drills/installed .node-bench/installed .venv-scan/installed ## Measure every figure of reliability against its target, write docs/reliability.md (ONLY=13,14: these)
	@$(BIN)/python deploy/drills/scoreboard.py --only '$(ONLY)'

.PHONY: drill-release
drill-release: release ## Install the offline package of `make release` with the network off and the distribution's Python, and start it
	@$(BIN)/python deploy/drills/release.py

.PHONY: drill-xss
drill-xss: install-dev ## Store and show a corpus of attacks by markup, in a real Chromium (XSS_CORPUS=folder; LIMIT=200: only some)
	@DATABASE_URL= $(BIN)/python deploy/drills/xss.py

.PHONY: drill-pa11y
drill-pa11y: install-dev .node-bench/installed ## Look at every kind of page, public and desk, with pa11y in one Chromium, and at a page with planted faults
	@DATABASE_URL= $(BIN)/python deploy/drills/pa11y.py

.PHONY: drill-scan
drill-scan: export DEMO = 1
drill-scan: install-dev .venv-scan/installed ## Search the demonstration with wapiti and sqlmap, on both databases, and a page full of holes (half an hour)
	@$(BIN)/python deploy/drills/scoreboard.py --only 12

.PHONY: lint
lint: install-dev ## Check style, format, types of the cellar, what is dangerous, and that rooms import downwards only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/vermin --target=3.11- --violations --quiet --no-tips $$(git ls-files '*.py' .ci/try-the-door .ci/with-postgres deploy/lantai-manage)
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(ROOMS) manage.py deploy/release/bill.py

.PHONY: format
format: install-dev ## Format the code and mend what can be mended mechanically
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

.PHONY: release-fixture
release-fixture: install-dev ## Keep what a release wrote, for the tests of upgrades (VERSION=0.2.0 COMMIT=v0.2.0)
	@$(BIN)/python deploy/release_fixture.py '$(VERSION)' '$(COMMIT)'

.PHONY: stamps
stamps: install ## Write the stamps of the units and nginx files in deploy/ anew, after a change of them
	@DEMO=1 $(MANAGE) stamps

.PHONY: lock
lock: .venv-lock/bin/uv ## Write requirements*.lock anew from requirements*.txt: what they need, and the hashes of all files
	@.venv-lock/bin/uv pip compile $(LOCK) requirements.txt -o requirements.lock
	@.venv-lock/bin/uv pip compile $(LOCK) requirements-dev.txt -c requirements.lock -o requirements-dev.lock

.PHONY: sbom
sbom: install .venv-release/installed ## List what the portal is made of (CycloneDX JSON) in var/sbom.json
	@.venv-release/bin/cyclonedx-py environment --output-reproducible --output-file - $(BIN)/python > var/sbom.new
	@$(BIN)/python deploy/release/bill.py < var/sbom.new > var/sbom.json && rm var/sbom.new && echo var/sbom.json

.PHONY: release
release: sbom ## Build what a contractor downloads, in dist/: source, offline packages, licences, list of parts, hashes (PROCESSORS=x86_64)
	@$(BIN)/python deploy/release/build.py var/sbom.json --processors '$(PROCESSORS)' --pythons '$(PYTHONS)'

.PHONY: check
check: install-dev ## Look for missing migrations and unsafe production settings
	@DEMO=1 $(MANAGE) makemigrations --check --dry-run
	@DEMO=0 DEBUG=0 HTTPS=1 ALLOWED_HOSTS=www.example.gov.cn TRUSTED_PROXY_COUNT=1 SITE_NAME=example \
	  SITE_ID_CODE=0000000000 SITE_DOMAIN=www.example.gov.cn SITE_ORGANISER=example \
	  $(MANAGE) check --deploy --fail-level WARNING

.PHONY: bench
bench: install-dev .venv-peers/installed .node-bench/installed ## Measure goals against results on both databases, write docs/benchmarks.md (PARTS=pages,memory ROUNDS=5 SIZES=1000,100000)
	@$(BIN)/python .ci/with-postgres $(BIN)/python bench/run.py --parts $(PARTS) --rounds $(ROUNDS) --sizes $(SIZES)

.PHONY: bench-search
bench-search: install-dev ## Measure recall and speed of search on both databases (minutes; SEARCH_SIZES=10000,100000)
	@$(BIN)/python .ci/with-postgres $(BIN)/python bench/run.py --parts searches --sizes $(SEARCH_SIZES)

.PHONY: clean
clean: ## Remove .venv/ and caches; your data in var/ stays
	@rm -rf .venv .venv-distribution .venv-drills .venv-mutants .venv-scan .venv-lock .venv-release dist .venv-peers .node-bench .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Files ------------------------------------------------------------------------------
# Installed again only where the requirements changed.
$(VENV)/installed: requirements.txt requirements.lock | $(BIN)/python
	@deploy/install-packages $(VENV) requirements.lock requirements.txt $(HASHES)
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements-dev.lock requirements.txt requirements.lock | $(BIN)/python
	@deploy/install-packages $(VENV) requirements-dev.lock requirements-dev.txt $(HASHES)
	@touch $@ $(VENV)/installed

# After a change of requirements*.txt. For every platform and Python at once, so it takes uv; the index must be PyPI itself or complete.
.venv-lock/bin/uv: | $(BIN)/python
	@$(BIN)/python -m venv --clear .venv-lock
	@.venv-lock/bin/python -m pip --disable-pip-version-check --no-input install --quiet uv==0.13.9

.venv-drills/installed: deploy/drills/requirements.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear .venv-drills
	@.venv-drills/bin/python -m pip --disable-pip-version-check --no-input install --quiet -r deploy/drills/requirements.txt
	@touch $@

.venv-mutants/installed: deploy/drills/requirements-mutants.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear .venv-mutants
	@.venv-mutants/bin/python -m pip --disable-pip-version-check --no-input install --quiet -r deploy/drills/requirements-mutants.txt
	@touch $@

# What the portal is measured beside.
.venv-peers/installed: bench/peers/requirements.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear .venv-peers
	@.venv-peers/bin/python -m pip --disable-pip-version-check --no-input install --quiet -r bench/peers/requirements.txt
	@touch $@

# Lighthouse and pa11y look at pages with the Chromium of the machine. Where there is no npm they are left out, and the table says so.
.node-bench/installed: bench/node/package.json
	@mkdir -p .node-bench && cp bench/node/package.json .node-bench/
	@if command -v npm >/dev/null; then \
	  PUPPETEER_SKIP_DOWNLOAD=1 npm --prefix .node-bench install --silent --no-package-lock --no-fund --no-audit; \
	  else echo '没有 npm，Lighthouse 和 pa11y 不会运行 / No npm here: Lighthouse and pa11y are left out' >&2; fi
	@touch $@

# What lists the parts of a release.
.venv-release/installed: deploy/release/requirements.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear .venv-release
	@.venv-release/bin/python -m pip --disable-pip-version-check --no-input install --quiet -r deploy/release/requirements.txt
	@touch $@

# The scanners' dependencies are neither the portal's nor those of the other drills.
.venv-scan/installed: deploy/drills/requirements-scan.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear .venv-scan
	@.venv-scan/bin/python -m pip --disable-pip-version-check --no-input install --quiet -r deploy/drills/requirements-scan.txt
	@touch $@

# A file that make finds missing, or whose interpreter has gone: then the environment is made anew.
$(BIN)/python:
	@set -e; \
	for candidate in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python3.14 python; do \
	  [ -n "$$candidate" ] || continue; \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && found=$$candidate && break; \
	  [ "$$candidate" != "$(PYTHON)" ] || break; \
	done; \
	if [ -z "$$found" ]; then \
	  echo '没有找到 Python 3.11 或更高版本。请先安装，或者用 make PYTHON=/路径/python3.12 … 指明它在哪里。' >&2; \
	  echo 'Python 3.11 or later was not found. Install it, or name it: make PYTHON=/path/to/python3.12 …' >&2; \
	  exit 1; \
	fi; \
	deploy/show-progress '正在建立虚拟环境 / Creating $(VENV)' '' '' "$$found" -m venv --clear $(VENV) 2>/dev/null || \
	"$$found" -m virtualenv --quiet --clear $(VENV) >/dev/null 2>&1 || { \
	  rm -rf $(VENV); \
	  echo "$$found 没有 venv 模块，无法建立虚拟环境。Debian、Ubuntu 请运行 apt-get install python3-venv（或安装 virtualenv）后重试。" >&2; \
	  echo "$$found cannot create a virtual environment. On Debian or Ubuntu: apt-get install python3-venv (or install virtualenv)." >&2; \
	  exit 1; \
	}

# One key an installation, readable by its owner alone, where the settings look for it.
.PHONY: secret-key
secret-key: | $(BIN)/python
	@umask 077; folder="$${DATA_DIR:-$$(sed -n 's/^ *\(export  *\)*DATA_DIR *= *//p' .env 2>/dev/null | tr -d "\"'")}"; \
	folder="$${folder:-var}"; [ -s "$$folder/secret-key" ] || { \
	  mkdir -p "$$folder" && \
	  $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > "$$folder/secret-key.new" && \
	  mv "$$folder/secret-key.new" "$$folder/secret-key"; }
