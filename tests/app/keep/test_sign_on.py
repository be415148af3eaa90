"""Where a deployment asks for a sign-on, nothing is shown before it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.keep import sign_on
from tests.paths import ROOT


def test_nothing_is_shown_before_the_sign_on():
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    test.secrets["auth"] = {"redirect_uri": "https://ivig.example/oauth2callback", "cookie_secret": "secret"}
    test.run()
    assert not test.exception
    assert [item.label for item in test.button] == ["Sign in"]
    assert not test.metric
    assert not test.get("plotly_chart")
    assert "shelf" not in test.session_state


@pytest.mark.parametrize(("text", "required"), [("a = 1", False), ("[auth]", True), ("[auth", True), (None, False)])
def test_secrets_that_cannot_be_read_let_nobody_in(tmp_path, monkeypatch, text, required):
    file = tmp_path / "secrets.toml"
    if text is not None:
        file.write_text(text)
    found = sign_on.st.secrets.__class__()
    asked = sign_on.config.get_option
    monkeypatch.setattr(
        sign_on.config, "get_option", lambda name: [str(file)] if name == "secrets.files" else asked(name)
    )
    monkeypatch.setattr(sign_on.st, "secrets", found)
    assert sign_on.is_required() is required
