// Draws every [data-chart] from the JSON of its data-src, and fills its table with the same figures.
"use strict";
(() => {
  const KINDS = { post: "公开帖文", board: "留言", news: "新闻", official: "政务发布", hotlist: "热榜" };
  const COLOURS = { post: "--series-1", board: "--series-2", news: "--series-3", official: "--series-4", hotlist: "--series-5" };
  const SHAPES = { post: "circle", board: "rect", news: "triangle", official: "diamond", hotlist: "emptyCircle" };
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

  const label = (start, bucket) => {
    const [, month, day, hour] = /^\d+-(\d+)-(\d+)T(\d+)/.exec(start).map(Number);
    return bucket === "hour" ? `${month}月${day}日 ${String(hour).padStart(2, "0")}:00` : `${month}月${day}日`;
  };
  const value = (figure) => (figure !== null && typeof figure === "object" ? figure.value : figure);
  const text = (figure) => (figure !== null && typeof figure === "object" ? figure.text : String(figure));

  // A share of fewer than ten says nothing.
  const few = (p) => p.negative_share === null || value(p.total) < 10;

  const MEASURES = {
    total: { value: (p) => value(p.total), text: (p) => text(p.total), axis: "{value}" },
    negative: { value: (p) => value(p.negative), text: (p) => text(p.negative), axis: "{value}" },
    share: {
      value: (p) => (few(p) ? null : Math.round(p.negative_share * 1000) / 10),
      text: (p) => (few(p) ? "样本不足" : `${(p.negative_share * 100).toFixed(1)}%`),
      axis: "{value}%",
    },
  };

  function option(data, measure, start) {
    const soft = css("--soft"), line = css("--line"), size = 0.8 * rem();
    const labels = data.series[0].points.map((p) => label(p.start, data.bucket));
    return {
      animation: false,
      aria: { enabled: true },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 0.5 * rem(), right: rem(), top: 2.6 * rem(), bottom: 0.4 * rem(), containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 1.3 * rem(), itemHeight: 0.6 * rem(), textStyle: { color: css("--ink"), fontSize: size } },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true,
        backgroundColor: css("--surface"), borderColor: line, textStyle: { color: css("--ink"), fontSize: size },
        formatter: (items) => [items[0].name, ...items.map((i) =>
          `${i.seriesName}　${measure.text(data.series[i.seriesIndex].points[i.dataIndex])}`)].join("\n"),
      },
      xAxis: {
        type: "category", data: labels, boundaryGap: false, axisTick: { show: false },
        axisLine: { lineStyle: { color: line } },
        axisLabel: {
          color: soft, fontSize: size, hideOverlap: true,
          interval: data.bucket === "hour" ? (i) => labels[i].endsWith(" 00:00") : "auto",
          formatter: (name) => name.replace(/ 00:00$/, ""),
        },
      },
      yAxis: {
        type: "value", min: 0, minInterval: 1,
        axisLabel: { color: soft, fontSize: size, formatter: measure.axis },
        splitLine: { lineStyle: { color: line } },
      },
      series: data.series.map((s) => ({
        name: KINDS[s.kind], type: "line", data: s.points.map(measure.value), connectNulls: false,
        symbol: SHAPES[s.kind], showSymbol: data.bucket === "day" || s.points.some((p) => measure.value(p) === null),
        symbolSize: data.bucket === "day" ? 0.45 * rem() : 0.2 * rem(),
        lineStyle: { width: 0.12 * rem() }, color: css(COLOURS[s.kind]),
        markLine: start ? {
          symbol: "none", silent: true, lineStyle: { color: css("--red"), type: "dashed" },
          label: { formatter: "预警开始", color: css("--red"), fontSize: size, position: "insideEndTop" },
          data: [{ xAxis: label(start, data.bucket) }],
        } : undefined,
      })).map((s, i) => (i ? { ...s, markLine: undefined } : s)),
    };
  }

  function fill(table, data, measure) {
    const row = (cells, tag) => {
      const tr = document.createElement("tr");
      cells.forEach((cell, i) => {
        const box = document.createElement(i ? tag : "th");
        box.textContent = cell;
        box.className = i ? "n" : "";
        box.scope = tag === "th" ? "col" : "row";
        tr.append(box);
      });
      return tr;
    };
    const head = document.createElement("thead"), body = document.createElement("tbody");
    head.append(row(["时间", ...data.series.map((s) => KINDS[s.kind])], "th"));
    data.series[0].points.forEach((p, i) =>
      body.prepend(row([label(p.start, data.bucket), ...data.series.map((s) => measure.text(s.points[i]))], "td")));
    table.replaceChildren(head, body);
  }

  class Chart {
    constructor(box) {
      this.box = box;
      this.canvas = box.querySelector(".chart");
      this.state = box.querySelector(".chart-state");
      this.table = box.querySelector("table");
      this.measure = MEASURES[box.dataset.chart];
      this.source = box.dataset.src;
      box.querySelectorAll("[data-set-src]").forEach((button) => button.addEventListener("click", () => {
        box.querySelectorAll("[data-set-src]").forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
        this.source = button.dataset.setSrc;
        this.load();
      }));
      new ResizeObserver(() => this.chart?.resize()).observe(this.canvas);
      this.load();
    }
    async load() {
      try {
        const response = await fetch(this.source, { headers: { Accept: "application/json" } });
        if (response.status === 401) { location.reload(); return; }
        if (!response.ok) throw new Error((await response.json()).title);
        this.data = await response.json();
        this.draw();
      } catch (error) {
        this.state.hidden = false;
        this.state.textContent = `图表没有画出来：${error.message}。请稍后刷新。`;
      }
    }
    draw() {
      if (!this.data) return;
      this.chart ??= echarts.init(this.canvas, null, { renderer: "canvas" });
      this.chart.setOption(option(this.data, this.measure, this.box.dataset.start), true);
      fill(this.table, this.data, this.measure);
      this.state.hidden = true;
      this.box.dataset.drawn = "yes";
    }
  }

  const charts = [...document.querySelectorAll("[data-chart]")].map((box) => new Chart(box));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((c) => c.draw()));
})();
