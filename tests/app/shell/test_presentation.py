"""Presentation mode: every page in large type without the sidebar, one way in, one way back, and in the address."""

from __future__ import annotations

from pages.shell.navigation import LOOK, QUESTION, USE

SHOWN = [f"pages/{file}" for file, _, _ in (*LOOK, *QUESTION, *USE)]


def test_every_page_in_large_type_without_sidebar(start):
    app = start({"present": "1", "window_days": "45"})
    for page in SHOWN:
        app.page(page)
        assert not app.test.sidebar.children, page
        assert len(app.test.get("html")) == 2, page
        assert "Changed settings: Window 45 days" in app.said, page
        assert dict(app.test.query_params) == {"present": "1", "window_days": "45"}, page
        assert all(figure.layout.template.layout.font.size >= 18 for figure in app.figures), page
        assert "present_off" in [button.key for button in app.test.button], page


def test_in_and_out_again(start):
    app = start({"window_days": "45"})
    small = [figure.layout.template.layout.font.size for figure in app.figures]
    app.test.button(key="present_on").click().run()
    large = [figure.layout.template.layout.font.size for figure in app.sound().figures]
    assert all(one < two for one, two in zip(small, large, strict=True))
    assert app.test.query_params["present"] == "1"
    app.test.button(key="present_off").click().run()
    assert app.sound().test.sidebar.children
    assert dict(app.test.query_params) == {"window_days": "45"}
    assert app.spec.changed == ("window_days",)
    assert len(app.test.get("html")) == 1
