// The wallboard: asks for its figures by itself, turns its slides, and is honest about data that stopped coming.
// It survives hours, server restarts and a store that is away: nothing here ever stops asking, and the page is loaded
// anew only when the server has just answered (a new release, or every six hours, so that memory stays flat).
"use strict";
(() => {
  const ASK_MS = 15000;
  const SLOWEST_MS = 30000;
  const ANSWER_MS = 12000;
  const TURN_MS = 12000;
  const OLD_MS = 60000;
  const RELOAD_MS = 6 * 3600 * 1000;
  const WORDS = {
    "signed-out": "登录已到期：请按回车键重新登录，或请管理员把这块屏幕设为大屏",
    revoked: "这块大屏已被撤销：请管理员重新接入",
    away: "数据库暂时连不上",
    gone: "服务连不上",
  };
  const now = document.getElementById("now");
  const stale = document.getElementById("stale");
  const clock = document.getElementById("clock");
  const pause = document.getElementById("pause");
  const started = performance.now();
  let lastAnswer = document.getElementById("data") ? started : null;
  let offset = 0;
  let wait = ASK_MS;
  let trouble = "";
  let shown = 0;
  let paused = false;
  let timer = 0;

  const two = (n) => String(n).padStart(2, "0");
  const slides = () => [...now.querySelectorAll("[data-slide]")];

  function show(index, turned = true) {
    const all = slides();
    if (!all.length) return;
    shown = ((index % all.length) + all.length) % all.length;
    all.forEach((slide, i) => { slide.hidden = i !== shown; slide.classList.toggle("turned", turned && i === shown); });
  }

  // The server's clock is the wall's: a screen's own is often wrong.
  function setClock() {
    const at = Date.parse(document.getElementById("data")?.dataset.at ?? "");
    if (!Number.isNaN(at)) offset = at - Date.now();
  }

  function tick() {
    const local = new Date(Date.now() + offset);
    const china = new Date(local.getTime() + (local.getTimezoneOffset() + 480) * 60000);
    clock.textContent = `${china.getMonth() + 1}月${china.getDate()}日 ${two(china.getHours())}:${two(china.getMinutes())}:${two(china.getSeconds())}`;
    const age = lastAnswer === null ? performance.now() - started : performance.now() - lastAnswer;
    const ended = trouble === "signed-out" || trouble === "revoked";
    const old = ended || age > OLD_MS;
    if (old) {
      const told = document.getElementById("data")?.dataset.told;
      const since = told ? `数据停在 ${told}，已 ${Math.floor(age / 60000)} 分钟没有更新` : "还没有数据";
      stale.textContent = trouble ? `${since}（${WORDS[trouble]}）` : since;
    }
    if (stale.hidden === old) stale.hidden = !old;
    document.body.classList.toggle("is-stale", old);
  }

  async function ask() {
    try {
      const answer = await fetch("/parts/wall", {
        cache: "no-store", credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (!answer.ok) throw answer;
      put(await answer.text());
      wait = ASK_MS;
      trouble = "";
    } catch (problem) {
      trouble = problem instanceof Response
        ? problem.status === 401 ? problem.headers.get("X-Wall") ?? "signed-out" : problem.status === 503 ? "away" : "gone"
        : "gone";
      // A board that never had data shows the sign-in page rather than nothing.
      if (lastAnswer === null && problem instanceof Response && problem.status === 401) { location.reload(); return; }
      wait = Math.min(wait * 1.5, SLOWEST_MS);
    }
    tick();
    // A little chance, so that many walls do not ask in the same moment after a restart.
    later(wait * (0.9 + 0.2 * Math.random()));
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(ask, ms);
  }

  function put(text) {
    const made = document.createElement("template");
    made.innerHTML = text;
    const fresh = made.content.querySelector("#data");
    if (!fresh) throw new Error("not a board");
    const other = fresh.dataset.version !== document.body.dataset.version;
    now.replaceChildren(made.content);
    lastAnswer = performance.now();
    setClock();
    show(shown, false);
    if (other || performance.now() - started > RELOAD_MS) location.reload();
  }

  function setPaused(value) {
    paused = value;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "继续轮播" : "暂停轮播";
  }

  pause.addEventListener("click", () => setPaused(!paused));
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target !== pause) { setPaused(!paused); event.preventDefault(); }
    if (event.key === "ArrowRight") show(shown + 1);
    if (event.key === "ArrowLeft") show(shown - 1);
    if (event.key === "Enter" && trouble === "signed-out") location.reload();
  });
  setInterval(() => { if (!paused) show(shown + 1); }, TURN_MS);
  setInterval(tick, 1000);
  addEventListener("online", () => later(0));
  later(lastAnswer === null ? 1000 : ASK_MS);
  setClock();
  tick();
})();
