// Charts of a review: the numbers of its tables, drawn. A tap opens what the number counts. Without this file, or with
// a screen reader, the tables beside the charts say the same.

const echarts = window.echarts;
const source = document.getElementById("charts-data");
const data = source ? JSON.parse(source.textContent) : null;
const drawn = new Map();

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--hm-${name}`).trim();
const palette = () => ({
  ink: color("ink"), soft: color("ink-2"), line: color("line"), surface: color("surface"), none: color("surface-3"),
  main: color("chart-1"), shades: [1, 2, 3, 4, 5].map((step) => color(`shade-${step}`)),
});
const type = () => ({ fontFamily: getComputedStyle(document.body).fontFamily, color: color("ink-2"), fontSize: 12 });
const tip = (colors) => ({
  // Drawn, not built of HTML: the page allows no inline styles.
  renderMode: "richText", confine: true, backgroundColor: colors.surface, borderColor: colors.line, padding: [6, 10],
  textStyle: { ...type(), color: colors.ink },
});
const escaped = (text) => String(text).replace(/[{}|]/g, " ");

function open(point) {
  if (point?.url) location.assign(point.url);
}

// -- What each kind of chart looks like; each returns options and what a tap on a thing of it opens.

function trend(element) {
  const line = data.trend[Number(element.dataset.line)];
  const colors = palette();
  const percent = line.unit === "%";
  const values = line.points.map((point) => point.value).filter((value) => value !== null);
  // Rates between whole tens: a course of 95 to 97 percent is no mountain, and no flat line either.
  const low = percent && values.length ? Math.max(0, Math.floor((Math.min(...values) - 0.01) / 10) * 10) : 0;
  const high = percent ? Math.max(low + 10, Math.min(100, Math.ceil(Math.max(...values, 0) / 10) * 10)) : undefined;
  return {
    points: line.points,
    option: {
      grid: { left: 8, right: 20, top: 14, bottom: 4, containLabel: true },
      tooltip: { ...tip(colors), trigger: "axis", axisPointer: { lineStyle: { color: colors.line } },
        formatter: ([at]) => `${escaped(data.periods[at.dataIndex][1])}\n${escaped(line.points[at.dataIndex].text || "—")}` },
      xAxis: { type: "category", data: data.periods.map(([short]) => short), boundaryGap: false, axisTick: { show: false },
        axisLine: { lineStyle: { color: colors.line } }, axisLabel: { ...type(), hideOverlap: true, showMaxLabel: true, alignMaxLabel: "right" } },
      yAxis: { type: "value", min: low, max: high, interval: percent ? (high - low) / 2 : undefined, splitNumber: 3, minInterval: percent ? 0 : 1,
        axisLabel: { ...type(), formatter: percent ? "{value}%" : "{value}" }, splitLine: { lineStyle: { color: colors.line } } },
      series: [{ type: "line", data: line.points.map((point) => point.value), connectNulls: false, symbolSize: 7, symbol: "circle",
        showAllSymbol: true, lineStyle: { width: 2.5, color: colors.main }, itemStyle: { color: colors.main },
        areaStyle: percent ? undefined : { color: colors.main, opacity: 0.08 },
        emphasis: { scale: 1.4 } }],
    },
  };
}

function bars(element, names, points, unit) {
  const colors = palette();
  const order = names.map((_name, index) => index);
  element.style.height = `${Math.max(8, order.length) * 26 + 30}px`;
  return {
    points,
    option: {
      grid: { left: 4, right: 60, top: 4, bottom: 4, containLabel: true },
      tooltip: { ...tip(colors), formatter: (at) => `${escaped(names[at.dataIndex])}  ${escaped(points[at.dataIndex].text)}${unit === "%" ? "" : unit}` },
      xAxis: { type: "value", show: false, max: unit === "%" ? 100 : undefined, min: 0 },
      yAxis: { type: "category", data: order.map((index) => names[index]), inverse: true, axisLine: { show: false }, axisTick: { show: false },
        axisLabel: { ...type(), color: colors.ink, width: 108, overflow: "truncate" } },
      series: [{ type: "bar", barMaxWidth: 16, data: points.map((point) => point.value ?? 0), itemStyle: { color: colors.main, borderRadius: [0, 3, 3, 0] },
        showBackground: unit === "%", backgroundStyle: { color: colors.none, borderRadius: [0, 3, 3, 0] },
        label: { show: true, position: "right", ...type(), formatter: (at) => escaped(points[at.dataIndex].text) } }],
    },
  };
}

function categories(element) {
  const chart = data.categories[Number(element.dataset.line)];
  return bars(element, chart.names, chart.points, chart.unit);
}

const chosen = () => data.places.measures[Number(document.querySelector("[data-places-measure]").value)];

function places(element) {
  const measure = chosen();
  const order = data.places.names.map((_name, index) => index);
  order.sort((a, b) => (measure.points[b].value ?? -1) - (measure.points[a].value ?? -1));
  return bars(element, order.map((index) => data.places.names[index]), order.map((index) => measure.points[index]), measure.is_rate ? "%" : measure.unit);
}

function map(element) {
  const measure = chosen();
  const colors = palette();
  const named = new Map(data.places.codes.map((code, index) => [code, index]));
  const values = measure.points.map((point) => point.value).filter((value) => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const label = (at) => (named.has(at.name) ? data.places.names[named.get(at.name)] : "");
  return {
    pointOf: (at) => (named.has(at.name) ? measure.points[named.get(at.name)] : null),
    option: {
      tooltip: { ...tip(colors), formatter: (at) => (named.has(at.name) ? `${escaped(label(at))}  ${escaped(measure.points[named.get(at.name)].text)}${measure.is_rate ? "" : measure.unit}` : "") },
      visualMap: { show: values.length > 1 && low < high, min: values.length ? low : 0, max: low < high ? high : low + 1, left: 4, bottom: 4, itemWidth: 12, itemHeight: 80,
        text: values.length ? [high, low].map((value) => (measure.is_rate ? `${value.toFixed(1)}%` : String(value))) : [], textStyle: type(),
        inRange: { color: colors.shades }, calculable: false },
      series: [{ type: "map", map: "counties", nameProperty: "code", aspectScale: 0.8, selectedMode: false, top: 8, bottom: 8, left: 8, right: 8,
        itemStyle: { areaColor: colors.none, borderColor: colors.surface, borderWidth: 1.5 },
        label: { show: true, ...type(), fontSize: 11, color: colors.ink, textBorderColor: colors.surface, textBorderWidth: 2.5, formatter: label },
        emphasis: { label: { color: colors.ink, fontWeight: 600 }, itemStyle: { areaColor: undefined, borderColor: colors.ink, borderWidth: 1.5 } },
        data: data.places.codes.map((code, index) => ({ name: code, value: measure.points[index].value ?? NaN })) }],
    },
  };
}

const KINDS = { trend, categories, places, map };

function draw(element) {
  const made = KINDS[element.dataset.chart](element);
  let chart = drawn.get(element);
  if (!chart) {
    chart = echarts.init(element, null, { renderer: "canvas" });
    drawn.set(element, chart);
    new ResizeObserver(() => chart.resize()).observe(element);
  }
  chart.off("click");
  chart.on("click", (at) => open(made.pointOf ? made.pointOf(at) : made.points[at.dataIndex]));
  chart.resize();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.setOption({ animation: !still, animationDuration: 400, ...made.option }, true);
  element.dataset.drawn = "1";
}

async function begin() {
  for (const box of document.querySelectorAll("[data-chart-box]")) box.hidden = false;
  const maps = document.querySelectorAll("[data-chart=map]");
  for (const element of document.querySelectorAll("[data-chart]:not([data-chart=map])")) draw(element);
  if (maps.length) {
    const answer = await fetch(data.places.outlines);
    if (answer.ok) {
      echarts.registerMap("counties", await answer.json());
      maps.forEach(draw);
    } else {
      for (const element of maps) element.closest("figure").hidden = true;
    }
  }
  document.querySelector("[data-places-measure]")?.addEventListener("change", () => {
    for (const element of document.querySelectorAll("[data-chart=places], [data-chart=map]")) draw(element);
  });
  // Light and dark: the page changes its colours, the drawings follow.
  new MutationObserver(() => { for (const element of drawn.keys()) draw(element); })
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
}

if (echarts && data) begin();
