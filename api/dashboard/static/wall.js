// The wallboard's clock, its slides, and its honesty: data that stopped coming is said to be old.
"use strict";
const EVERY_MS = 12000;
const OLD_MS = 60000;
let shown = 0;
let paused = false;
let lastAnswer = Date.now();

function two(n) { return String(n).padStart(2, "0"); }

function slides() { return [...document.querySelectorAll("[data-slide]")]; }

function show(index) {
  const all = slides();
  if (!all.length) return;
  shown = ((index % all.length) + all.length) % all.length;
  all.forEach((slide, i) => { slide.hidden = i !== shown; });
}

function tick() {
  const now = new Date(Date.now());
  const china = new Date(now.getTime() + (now.getTimezoneOffset() + 480) * 60000);
  document.getElementById("clock").textContent =
    `${china.getMonth() + 1}月${china.getDate()}日 ${two(china.getHours())}:${two(china.getMinutes())}:${two(china.getSeconds())}`;
  const stale = document.getElementById("stale");
  const age = Date.now() - lastAnswer;
  const old = age > OLD_MS;
  if (old) {
    const told = document.getElementById("data")?.dataset.told ?? "";
    stale.textContent = `数据停在 ${told}，已 ${Math.floor(age / 60000)} 分钟没有更新`;
  }
  if (stale.hidden === old) stale.hidden = !old;
}

document.addEventListener("htmx:afterSwap", () => { lastAnswer = Date.now(); show(shown); tick(); });
document.addEventListener("keydown", (event) => {
  if (event.key === " ") { paused = !paused; event.preventDefault(); }
  if (event.key === "ArrowRight") show(shown + 1);
  if (event.key === "ArrowLeft") show(shown - 1);
});
setInterval(() => { if (!paused) show(shown + 1); }, EVERY_MS);
setInterval(tick, 1000);
tick();
