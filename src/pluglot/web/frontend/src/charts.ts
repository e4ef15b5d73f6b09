// Charts to point at: the drawn curve of a page becomes one that tells its values.
import uPlot from "uplot";

type Columns = [number[], (number | null)[], (number | null)[]];

const drawn = new WeakMap<HTMLElement, uPlot>();

export function drawCharts(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-chart]")) {
    const still = place.parentElement?.querySelector<HTMLElement>("[data-points]") ?? null;
    if (still === null) continue;
    const columns = JSON.parse(still.dataset["points"] ?? "[[],[],[]]") as Columns;
    if (columns[0].length < 2) continue;
    const known = drawn.get(place);
    if (known !== undefined) {
      known.setData(columns);
      still.hidden = true;
      continue;
    }
    place.hidden = false;
    still.hidden = true;
    drawn.set(place, chart(place, columns));
  }
}

function chart(place: HTMLElement, columns: Columns): uPlot {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const span = (columns[0].at(-1) ?? 0) - (columns[0][0] ?? 0);
  const clock = new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    ...(span < 600 ? { second: "2-digit" } : {}),
  });
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--grid"), width: 1 }, ticks: { show: false } };
  const options: uPlot.Options = {
    width: place.clientWidth || 600,
    height: 256,
    legend: { show: true, live: true },
    cursor: { points: { size: 8 } },
    scales: { kW: { range: [0, null] as unknown as uPlot.Range.MinMax }, percent: { range: [0, 100] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => clock.format(tick * 1000)) },
      { ...axis, scale: "kW", values: (_, ticks) => ticks.map((tick) => `${tick} kW`), size: 64 },
      { ...axis, scale: "percent", side: 1, grid: { show: false }, values: (_, ticks) => ticks.map((t) => `${t} %`) },
    ],
    series: [
      { label: "at", value: (_, at) => (at === null ? "–" : clock.format(at * 1000)) },
      { label: "power", scale: "kW", stroke: colour("--accent"), width: 2, fill: `${colour("--accent")}22`, spanGaps: true },
      { label: "battery", scale: "percent", stroke: colour("--green"), width: 2, dash: [6, 4], spanGaps: true },
    ],
  };
  const made = new uPlot(options, columns, place);
  new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: 256 })).observe(place);
  return made;
}
