// Draws [data-coverage]: each day's news as a stack, what carried the district's releases at its foot.
"use strict";
(() => {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  const label = (day) => { const [, m, d] = day.split("-").map(Number); return `${m}月${d}日`; };

  function option(days) {
    const soft = css("--soft"), line = css("--line"), ink = css("--ink"), size = 0.8 * rem();
    const bar = (name, values, colour, decal) => ({
      name, type: "bar", stack: "news", data: values, barMaxWidth: 1.6 * rem(),
      itemStyle: { color: css(colour), ...(decal ? { decal } : {}) },
    });
    return {
      animation: false,
      aria: { enabled: true },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 0.5 * rem(), right: rem(), top: 2.6 * rem(), bottom: 0.4 * rem(), containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 1.3 * rem(), itemHeight: 0.7 * rem(), textStyle: { color: ink, fontSize: size } },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true,
        backgroundColor: css("--surface"), borderColor: line, textStyle: { color: ink, fontSize: size },
        formatter: (items) => {
          const d = days[items[0].dataIndex];
          return [label(d.day), `报道　${d.news} 篇`, `其中本区稿件　${d.of_own} 篇`, `本区发布　${d.releases} 篇`].join("\n");
        },
      },
      xAxis: { type: "category", data: days.map((d) => label(d.day)), axisTick: { show: false }, axisLine: { lineStyle: { color: line } },
        axisLabel: { color: soft, fontSize: size, hideOverlap: true } },
      yAxis: { type: "value", min: 0, minInterval: 1, axisLabel: { color: soft, fontSize: size }, splitLine: { lineStyle: { color: line } } },
      series: [
        bar("刊登本区稿件的报道", days.map((d) => d.of_own), "--series-3", { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: css("--surface") }),
        bar("其他报道", days.map((d) => d.news - d.of_own), "--series-1"),
        { name: "本区发布", type: "line", data: days.map((d) => d.releases), color: css("--series-2"), symbol: "diamond",
          symbolSize: 0.45 * rem(), lineStyle: { width: 0.12 * rem(), type: "dashed" } },
      ],
    };
  }

  class Chart {
    constructor(box) {
      this.box = box;
      this.canvas = box.querySelector(".chart");
      this.state = box.querySelector(".chart-state");
      new ResizeObserver(() => this.chart?.resize()).observe(this.canvas);
      // The figures are those of the table below: nothing is asked for again.
      this.days = [...box.querySelectorAll("tr[data-day]")].map((row) => {
        const [news, ofOwn, releases] = [...row.querySelectorAll("td")].map((cell) => Number(cell.textContent));
        return { day: row.dataset.day, news, of_own: ofOwn, releases };
      });
      this.draw();
    }
    draw() {
      this.chart ??= echarts.init(this.canvas, null, { renderer: "canvas" });
      this.chart.setOption(option(this.days), true);
      this.state.hidden = true;
      this.box.dataset.drawn = "yes";
    }
  }

  const charts = [...document.querySelectorAll("[data-coverage]")].map((box) => new Chart(box));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((c) => c.draw()));
})();
