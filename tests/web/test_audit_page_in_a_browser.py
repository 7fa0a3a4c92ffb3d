"""audit.html as a reader sees it: long names wrap or scroll in their own box, and nothing runs off the page."""

from pathlib import Path

import pytest
from real_browser import Open, browser, visit
from test_audit_page import page as audit_page

__all__ = ["browser", "visit"]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (480, "dark")])
def test_names_of_any_length_stay_on_the_page(visit: Open, tmp_path: Path, width: int, scheme: str) -> None:
    path = tmp_path / "audit.html"
    path.write_text(audit_page("a_long_name_" * 30), encoding="utf-8")
    page = visit(path, ready="main", color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for summary in page.query_selector_all("summary"):
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("details[open] table").count() == 2
