"""A real Chromium, driven by Playwright, for the pages' tests; without either they are skipped."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("needs a Chromium: apt install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install -e '.[web]'")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """A page; the test fails on anything in the console and on any request but the file's own."""
    said: list[str] = []
    context = browser.new_context(offline=True, viewport={"width": 1440, "height": 900})

    def go(path: Path, address: str = "", ready: str = "html[data-ready]", **media: Any) -> Any:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if path.name not in request.url else None)
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.emulate_media(**media)
        page.goto(path.as_uri() + address)
        page.wait_for_selector(ready)
        return page

    yield go
    context.close()
    assert said == []
