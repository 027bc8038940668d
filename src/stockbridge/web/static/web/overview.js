// The small chart of the overview: orders booked per day, in the page's own colours.
(function () {
  "use strict";
  const HEIGHT = 160;
  let plot = null;

  // A canvas takes colours only in their final form, not as variables or mixtures.
  function colour(place, name) {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    place.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  function draw() {
    const place = document.getElementById("booked-chart");
    const source = document.getElementById("booked-data");
    if (!place || !source || !window.uPlot) return;
    const data = JSON.parse(source.textContent);
    const days = data.days.map((day) => Date.parse(day + "T12:00:00") / 1000);
    const line = colour(place, "--tblr-primary");
    const text = colour(place, "--tblr-secondary");
    const grid = colour(place, "--tblr-border-color");
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    if (plot) plot.destroy();
    plot = new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false },
        scales: { y: { range: (_u, _min, max) => [0, Math.max(4, max)] } },
        axes: [
          { ...axis, values: (_u, ticks) => ticks.map((t) => new Date(t * 1000).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "short" })), grid: { show: false } },
          { ...axis, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000] },
        ],
        series: [
          {},
          { label: place.dataset.label, stroke: line, fill: line, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.6, 40] }) },
        ],
      },
      [days, data.counts],
      place,
    );
  }

  document.addEventListener("DOMContentLoaded", () => {
    draw();
    new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
    let waiting = 0;
    window.addEventListener("resize", () => {
      clearTimeout(waiting);
      waiting = setTimeout(draw, 150);
    });
  });
})();
