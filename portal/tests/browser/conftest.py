"""A real Chromium for the browser tests: the one installed, or the one CHROMIUM names."""

import os
import shutil
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the test
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser_type_launch_args():
    if not CHROMIUM:
        reason = "没有找到 Chromium：请安装 chromium，或用环境变量 CHROMIUM 指明它的位置。"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]}


@pytest.fixture
def demonstration(transactional_db, settings, live_server):
    """The portal with its demonstration, served; its address."""
    _bring_back_what_migrations_put_in()
    settings.DEMO = True
    call_command("seed", verbosity=0)
    return live_server.url


def _bring_back_what_migrations_put_in():
    """A test before this one may have emptied the tables: themes and roles come from migrations, not from the seed."""
    if not apps.get_model("disclosure", "Theme").objects.exists():
        with connection.schema_editor() as editor:
            import_module("disclosure.migrations.0002_themes").add_themes(apps, editor)
            configs = [apps.get_app_config(label) for label in ("catalog", "disclosure", "auth")]
            modules = [config.models_module for config in configs]
            import_module("portal.migrations.0001_roles").add_roles(apps, editor)
            for config, module in zip(configs, modules, strict=True):  # the migration expects throw-away apps
                config.models_module = module
