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

  // Days beside their usual band: an area between two invisible lines, the sum as a line, alerts as marks.
  function usualOption(data) {
    const soft = css("--soft"), line = css("--line"), ink = css("--ink"), size = 0.8 * rem();
    const days = data.items.map((d) => label(`${d.day}T00:00`, "day"));
    const colours = ["--red", "--orange", "--yellow", "--blue"];
    const marks = data.alerts.map((a) => {
      const i = data.items.findIndex((d) => d.day === a.day);
      return { coord: [i, data.items[i]?.total ?? 0], symbol: "triangle", symbolRotate: 180, symbolSize: 0.75 * rem(),
        symbolOffset: [0, "-90%"], itemStyle: { color: css(colours[a.level - 1]) } };
    }).filter((m) => m.coord[0] >= 0);
    return {
      animation: false, aria: { enabled: true },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 0.5 * rem(), right: rem(), top: 2.6 * rem(), bottom: 0.4 * rem(), containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 1.3 * rem(), itemHeight: 0.6 * rem(), textStyle: { color: ink, fontSize: size }, data: ["数量", "平时的范围"] },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true,
        backgroundColor: css("--surface"), borderColor: line, textStyle: { color: ink, fontSize: size },
        formatter: (items) => {
          const d = data.items[items[0].dataIndex];
          return [days[items[0].dataIndex] + (d.partial ? "（未过完）" : ""), ...usualTexts(d),
            ...data.alerts.filter((a) => a.day === d.day).map((a) => a.subject)].join("\n");
        },
      },
      xAxis: { type: "category", data: days, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: line } },
        axisLabel: { color: soft, fontSize: size, hideOverlap: true } },
      yAxis: { type: "value", min: 0, minInterval: 1, axisLabel: { color: soft, fontSize: size }, splitLine: { lineStyle: { color: line } } },
      series: [
        { name: "下限", type: "line", stack: "band", data: data.items.map((d) => d.low), lineStyle: { opacity: 0 }, symbol: "none", silent: true, tooltip: { show: false } },
        { name: "平时的范围", type: "line", stack: "band", data: data.items.map((d) => (d.high === null ? null : d.high - d.low)),
          lineStyle: { opacity: 0 }, areaStyle: { color: css("--band") }, color: css("--band"), symbol: "none", silent: true },
        { name: "数量", type: "line", data: data.items.map((d) => d.total), color: css("--series-1"), z: 3,
          symbol: "circle", symbolSize: (_, p) => (data.items[p.dataIndex].partial ? 0.7 * rem() : 0.4 * rem()),
          lineStyle: { width: 0.14 * rem() }, markPoint: { silent: true, label: { show: false }, data: marks } },
      ],
    };
  }
  const usualTexts = (d) => [`${d.few && !d.total ? "很少" : `${d.total} 条`}`, d.low === null ? "历史不足" : `平时 ${d.low} 至 ${d.high}`, d.said];

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
    if (data.items) {
      head.append(row(["日期", "数量", "平时的范围", "比较", "预警"], "th"));
      data.items.forEach((d) => body.prepend(row([label(`${d.day}T00:00`, "day"),
        ...usualTexts(d), String(data.alerts.filter((a) => a.day === d.day).length || "")], "td")));
      table.replaceChildren(head, body);
      return;
    }
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
      this.chart.setOption(this.data.items ? usualOption(this.data) : option(this.data, this.measure, this.box.dataset.start), true);
      this.chart.getZr().flush();
      fill(this.table, this.data, this.measure);
      // An empty frame would look like a fault: it is said that there is nothing to draw.
      const drawn = this.data.items ? this.data.items.length : this.data.series.some((s) => s.points.some((p) => this.measure.value(p) !== null));
      this.state.hidden = Boolean(drawn);
      this.canvas.classList.toggle("blank", !drawn);
      if (!drawn) this.state.textContent = "这段时间太少，没有可以画出的数字。";
      this.box.dataset.drawn = "yes";
    }
  }

  const charts = [...document.querySelectorAll("[data-chart]")].map((box) => new Chart(box));
  // Dark colours on a screen, dark ink on paper: drawn anew with the colours of the medium.
  for (const medium of ["(prefers-color-scheme: dark)", "print"]) {
    matchMedia(medium).addEventListener("change", () => charts.forEach((c) => c.draw()));
  }
})();
