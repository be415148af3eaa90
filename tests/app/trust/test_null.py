"""The panel simulates when asked, once for the same settings, and says why where it does not."""

from __future__ import annotations

from ivig_core.figures.words import ratio
from ivig_core.study.whatif.null import IfNothing
from pages.trust import null

PAGE = "pages/6_can_we_trust_it.py"


def test_it_is_computed_when_asked_for_and_kept(start, monkeypatch):
    made = []
    real = null.if_nothing

    def counting(*given) -> IfNothing:
        made.append(real(*given))
        return made[-1]

    monkeypatch.setattr(null, "if_nothing", counting)
    app = start().page(PAGE)
    assert not made
    app.test.button(key="null_run").click().run()
    assert app.sound().metrics["Calibrated rate ratio"] == ratio(made[0].calibrated_irr)
    assert "null" in [figure.layout.meta["name"] for figure in app.figures]
    assert app.run().metrics["Ratio if IVIG did nothing"] == ratio(made[0].null_median)
    assert len(made) == 1
    app.test.session_state["spec"] = app.spec.change(washout_days=30)
    app.run().test.button(key="null_run").click().run()
    assert "not offered with these settings: Washout 30 days." in app.sound().said
