/** Charts: bars, lines, areas and pies, drawn to the scale of their own data. */

import { h, svg } from "../core/dom.js";

const WIDE = 560;
const TALL = 260;
const EDGE = { left: 56, right: 12, top: 12, bottom: 40 };
const PIE = { size: 220, radius: 100, hole: 58 };
const GRID_LINES = 4;
const COLORS = 6;
// On phones the letters are larger against the drawing: of many labels only every third is shown.
const ROOM_ON_PHONES = 6;
const SPARED = 3;
// The width of a letter below the axis, and how many labels stay at least, however long they are.
const LETTER = 6.5;
const FEWEST = 5;

const DRAWN = { bar: bars, line: lines, area: lines, pie };

export function dataVisualization({ title, chart }) {
  const names = (chart.series ?? chart.segments).map(({ name, label }) => name ?? label);
  return h(
    "figure",
    { class: `chart chart-${chart.type}` },
    h("figcaption", {}, title),
    DRAWN[chart.type](chart, title),
    (names.length > 1 || chart.type === "pie") && legend(chart, names),
  );
}

function legend({ segments }, names) {
  const total = segments?.reduce((sum, { value }) => sum + value, 0);
  return h(
    "ul",
    { class: "legend" },
    names.map((name, at) =>
      h(
        "li",
        {},
        h("span", { class: `swatch series-${at % COLORS}` }),
        name,
        segments && h("b", {}, `${written(segments[at].value)} (${Math.round((segments[at].value / total) * 100)} %)`),
      ),
    ),
  );
}

/** Draws the axes, and between them what `marks(scale)` returns. */
function plot({ series, axis_config: axes }, title, marks) {
  const { categories, x_label: xLabel, y_label: yLabel } = axes;
  const values = series.flatMap(({ data }) => data.map(({ value }) => value));
  const ticks = ticksFor(Math.min(0, ...values), Math.max(0, ...values));
  const [low, high] = [ticks[0], ticks.at(-1)];
  const inner = { wide: WIDE - EDGE.left - EDGE.right, tall: TALL - EDGE.top - EDGE.bottom };
  const y = (value) => EDGE.top + inner.tall * (1 - (value - low) / (high - low || 1));
  const slot = inner.wide / categories.length;
  const every = Math.ceil((Math.max(...categories.map(({ length }) => length)) * LETTER) / slot);
  // Beyond this letters are left out: a label has the room of those that aren't shown after it.
  const shown = Math.min(every, Math.max(1, Math.floor(categories.length / FEWEST)));
  const x = (at) => EDGE.left + slot * (at + 0.5);
  const ordered = series.map(({ name, data }) => {
    const byLabel = new Map(data.map(({ label, value }) => [label, value]));
    return { name, values: categories.map((category) => byLabel.get(category)) };
  });
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDE} ${TALL}`, role: "img", "aria-label": described(title, ordered, categories) },
    ticks.map((value) => [
      svg("line", { class: "grid", x1: EDGE.left, x2: WIDE - EDGE.right, y1: y(value), y2: y(value) }),
      svg("text", { class: "tick", x: EDGE.left - 8, y: y(value) + 4, "text-anchor": "end" }, written(value)),
    ]),
    categories.map(
      (category, at) =>
        at % shown === 0 &&
        svg(
          "text",
          {
            class: at % SPARED && categories.length > ROOM_ON_PHONES ? "tick spared" : "tick",
            x: x(at),
            y: TALL - EDGE.bottom + 16,
            "text-anchor": "middle",
          },
          short(category, slot * shown),
        ),
    ),
    xLabel && svg("text", { class: "axis", x: WIDE / 2, y: TALL - 4, "text-anchor": "middle" }, xLabel),
    yLabel &&
      svg("text", { class: "axis", x: -TALL / 2, y: 12, transform: "rotate(-90)", "text-anchor": "middle" }, yLabel),
    marks({ x, y, slot, series: ordered, categories }),
  );
}

function bars(chart, title) {
  return plot(chart, title, ({ x, y, slot, series, categories }) => {
    const wide = (slot * 0.7) / series.length;
    return series.map(({ name, values }, number) =>
      values.map((value, at) =>
        svg(
          "rect",
          {
            class: `series-${number % COLORS}`,
            x: x(at) - slot * 0.35 + wide * number,
            y: Math.min(y(value), y(0)),
            width: Math.max(1, wide - 2),
            height: Math.abs(y(value) - y(0)),
            rx: 2,
          },
          svg("title", {}, `${name}, ${categories[at]}: ${written(value)}`),
        ),
      ),
    );
  });
}

function lines(chart, title) {
  return plot(chart, title, ({ x, y, series, categories }) =>
    series.map(({ name, values }, number) => {
      const points = values.map((value, at) => `${x(at)},${y(value)}`).join(" ");
      const ground = `${x(0)},${y(0)} ${points} ${x(values.length - 1)},${y(0)}`;
      return [
        chart.type === "area" && svg("polygon", { class: `ground series-${number % COLORS}`, points: ground }),
        svg("polyline", { class: `stroke series-${number % COLORS}`, points }),
        values.map((value, at) =>
          svg(
            "circle",
            { class: `series-${number % COLORS}`, cx: x(at), cy: y(value), r: 3 },
            svg("title", {}, `${name}, ${categories[at]}: ${written(value)}`),
          ),
        ),
      ];
    }),
  );
}

function pie({ segments }, title) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const said = segments.map(({ label, value }) => `${label} ${written(value)}`).join(", ");
  let turned = 0;
  return svg(
    "svg",
    { viewBox: `0 0 ${PIE.size} ${PIE.size}`, role: "img", "aria-label": `${title}: ${said}` },
    segments.map(({ label, value }, number) => {
      const from = turned;
      turned += value / total;
      const label_ = svg("title", {}, `${label}: ${written(value)}`);
      return svg("path", { class: `series-${number % COLORS}`, d: ring(from, turned) }, label_);
    }),
  );
}

/** Returns the outline of a part of a ring; `from` and `to` are in turns, from the top and clockwise. */
function ring(from, to) {
  const end = Math.min(to, from + 0.99999); // An arc that ends where it begins would not be drawn at all.
  const at = (turns, radius) => {
    const angle = 2 * Math.PI * turns - Math.PI / 2;
    return `${PIE.size / 2 + radius * Math.cos(angle)} ${PIE.size / 2 + radius * Math.sin(angle)}`;
  };
  const large = end - from > 0.5 ? 1 : 0;
  return [
    `M ${at(from, PIE.radius)}`,
    `A ${PIE.radius} ${PIE.radius} 0 ${large} 1 ${at(end, PIE.radius)}`,
    `L ${at(end, PIE.hole)}`,
    `A ${PIE.hole} ${PIE.hole} 0 ${large} 0 ${at(from, PIE.hole)}`,
    "Z",
  ].join(" ");
}

/** Returns round numbers from below the lowest value to above the highest. */
function ticksFor(low, high) {
  const rough = (high - low || 1) / GRID_LINES;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}

function described(title, series, categories) {
  const said = series.map(({ name, values }) => `${name}: ${values.map((v, at) => `${categories[at]} ${written(v)}`)}`);
  return `${title}. ${said.join(". ")}`;
}

function short(label, room) {
  const most = Math.max(2, Math.floor(room / LETTER));
  return label.length > most ? `${label.slice(0, most - 1)}…` : label;
}

function written(value) {
  return new Intl.NumberFormat("en-US", { notation: Math.abs(value) >= 100_000 ? "compact" : "standard" }).format(
    value,
  );
}
