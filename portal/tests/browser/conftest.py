"""A real Chromium for the browser tests: the one installed, or the one CHROMIUM names."""

import os
import shutil

import pytest

from portal.tests.browser.served import serve

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


@pytest.fixture(scope="session")
def demonstration(browser_type_launch_args, tmp_path_factory):
    """The portal with its demonstration, served as `make run` does, once for all tests of a process."""
    with serve(tmp_path_factory.mktemp("portal")) as portal:
        yield portal
