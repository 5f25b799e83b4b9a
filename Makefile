# Everything from a fresh clone. Needs make and Python 3.11 or newer; nothing else of the system is used.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input install -qq --no-deps --root-user-action=ignore
FAILED := "安装失败，请检查网络或 pip 镜像设置后重新运行。 (Installation failed; check the network and run again.)"
PO := config/locale/en/LC_MESSAGES/django
VENDOR := config/static/vendor/LICENCES.txt
SOURCES := config grid cases mediation seeds
# Checks and schema run on an embedded database of their own, never on the one in use.
ASIDE := HEMU_DATA=$(CURDIR)/var/check HEMU_EMBEDDED_FAST=1 DATABASE_URL= DATABASE_OWNER_URL= REDIS_URL=
# For make test: make test ARGS="-k deadlines", make test WORKERS=0 ARGS="--pdb"
WORKERS := auto
ARGS :=

# An interpreter that was removed since makes the whole folder useless: start over.
$(shell [ ! -e $(VENV)/made.stamp ] || $(PY) -c '' 2>/dev/null || rm -rf $(VENV))

.PHONY: help
help: ## 显示这些目标 (show these targets)
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: install
install: $(VENV)/packages.stamp $(VENDOR) $(if $(wildcard $(PO).po),$(PO).mo) ## 安装运行所需的一切 (set up what running needs)

.PHONY: run
run: install ## 启动整个系统和示范城市，PORT=8000 (the whole system with a demo city)
	@exec $(PY) -m config.run

.PHONY: test
test: install $(VENV)/dev.stamp $(VENV)/chromium.stamp ## 运行全部测试 (the whole test suite)
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

.PHONY: check
check: install $(VENV)/dev.stamp ## 检查代码、类型、结构、迁移、译文与接口描述 (all checks but the tests)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m tests.sizes
	$(PY) -m djlint --quiet --lint $(SOURCES)
	$(PY) -m config.messages check
	$(VENV)/bin/lint-imports
	@mkdir -p var/check
	$(ASIDE) HEMU_HTTPS=1 $(PY) manage.py check --deploy --fail-level WARNING
	$(ASIDE) $(PY) manage.py makemigrations --check --dry-run
	$(ASIDE) $(PY) manage.py spectacular --validate --fail-on-warn --file var/check/openapi.yaml
	diff -u docs/openapi.yaml var/check/openapi.yaml
	$(ASIDE) $(PY) -m mypy .
	$(PY) -m pip check

.PHONY: lint
lint: $(VENV)/dev.stamp ## 快速检查代码风格 (style only, in a second)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m tests.sizes

.PHONY: format
format: $(VENV)/dev.stamp ## 整理代码格式 (format the code)
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

.PHONY: schema
schema: install ## 更新接口描述 docs/openapi.yaml (rewrite the OpenAPI file)
	@mkdir -p var/check docs
	@$(ASIDE) $(PY) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

.PHONY: messages
messages: $(VENV)/packages.stamp ## 更新并编译英文译文 (update and compile the translations)
	@$(PY) -m config.messages update
	@$(PY) -m config.messages compile

.PHONY: shots
shots: install $(VENV)/dev.stamp $(VENV)/chromium.stamp ## 为各页面截图到 tests/browser/shots (screenshots of the pages)
	@$(PY) -m tests.browser.shots

.PHONY: bench
bench: install $(VENV)/dev.stamp ## 性能测量 (measure)
	@$(PY) -m bench

.PHONY: clean
clean: ## 删除安装与缓存，不动 var 中的数据 (remove installed files and caches; data in var stays)
	@rm -rf $(VENV) config/static/vendor config/static/vendor.new $(PO).mo .pytest_cache .mypy_cache .ruff_cache
	@rm -rf .import_linter_cache .hypothesis .coverage htmlcov var/check
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

# -- What the targets need; repeated only when something has changed ------------------------------------------------

$(VENV)/made.stamp:
	@python=$$(sh config/find-python.sh "$(PYTHON)") || exit 1; \
	echo "建立虚拟环境：$$python (virtual environment)"; \
	rm -rf $(VENV) && "$$python" -m venv $(VENV) && touch $@

# A pip that was killed leaves packages in pieces; then it is quicker to start over than to find out which.
$(VENV)/packages.stamp: requirements.txt $(VENV)/made.stamp
	@if [ -e $(VENV)/installing ]; then \
		echo "上次安装被中断，重新开始 (the last installation was interrupted, starting over)"; \
		rm -rf $(VENV); exec $(MAKE) $@; \
	fi; \
	echo "安装 Python 依赖，约半分钟 … (Python packages, about half a minute)"; \
	touch $(VENV)/installing && $(PIP) -r requirements.txt || { echo $(FAILED); exit 1; }; \
	rm $(VENV)/installing && touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/packages.stamp
	@echo "安装测试工具 … (test tools)"
	@touch $(VENV)/installing && $(PIP) -r requirements-dev.txt || { echo $(FAILED); exit 1; }; \
	rm $(VENV)/installing && touch $@

$(VENDOR): config/frontend/package-lock.json config/frontend/icons.txt config/frontend/install.py | $(VENV)/packages.stamp
	@echo "下载前端文件 … (front-end files)"
	@$(PY) -m config.frontend.install

$(PO).mo: $(PO).po config/messages.py | $(VENV)/packages.stamp
	@$(PY) -m config.messages compile

$(VENV)/chromium.stamp: tests/browser/package-lock.json tests/browser/chromium.py $(VENV)/packages.stamp
	@echo "下载测试用浏览器 … (test browser)"
	@$(PY) -m tests.browser.chromium
	@touch $@
