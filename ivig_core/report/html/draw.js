"use strict";
{
  /* On paper a figure is made smaller as a whole: its drawing has to know its own size. */
  const measured = (place) => {
    const { width, height } = place._fullLayout;
    place.style.setProperty("--shape", `${width} / ${height}`);
    for (const drawing of place.querySelectorAll(".main-svg")) drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  };
  for (const source of document.querySelectorAll("script[type='application/json']")) {
    const place = document.getElementById(source.dataset.place);
    const figure = JSON.parse(source.textContent);
    place.replaceChildren();
    Plotly.newPlot(place, figure.data, figure.layout, figure.config).then(() => {
      measured(place);
      place.on("plotly_afterplot", () => measured(place));
    });
  }
}
