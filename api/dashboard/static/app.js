// What every page shares: single keys, moving through lists, and what htmx needs to fail in words.
"use strict";
(() => {
  const SWITCH = "yuqing.keys";
  const GO = { t: "/", a: "/alerts", b: "/board", p: "/topics", e: "/events", m: "/articles", s: "/sources" };
  let going = 0;

  const enabled = () => { try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; } };
  const typing = (element) => element.closest?.("input, textarea, select, [contenteditable]") !== null;
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // The main link of every row of the page's first list or table.
  const rows = () => [...document.querySelectorAll("[data-list] > li, [data-list] > tbody > tr")]
    .map((row) => row.querySelector(".title a, th a, a")).filter(Boolean);

  function move(step) {
    const links = rows();
    if (!links.length) return false;
    const here = links.findIndex((link) => link === document.activeElement || link.closest("li, tr")?.contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
    links[next].focus({ preventScroll: true });
    links[next].scrollIntoView({ block: "nearest", behavior: still() ? "auto" : "smooth" });
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target) || !enabled()) return;
    const wentOn = performance.now() - going < 1500;
    going = 0;
    if (wentOn && GO[event.key]) { location.assign(GO[event.key]); return; }
    const inList = rows().includes(document.activeElement);
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) { search.focus(); search.select(); } else { location.assign("/articles"); }
      event.preventDefault();
    } else if (event.key === "?") {
      location.assign("/help");
    } else if (event.key === "g") {
      going = performance.now();
    } else if (event.key === "j" || (event.key === "ArrowDown" && inList)) {
      if (move(1)) event.preventDefault();
    } else if (event.key === "k" || (event.key === "ArrowUp" && inList)) {
      if (move(-1)) event.preventDefault();
    }
  });

  const box = document.getElementById("keys-on");
  if (box) {
    box.checked = enabled();
    box.addEventListener("change", () => { try { localStorage.setItem(SWITCH, box.checked ? "on" : "off"); } catch { /* a private window keeps nothing */ } });
  }

  // A part that could not be loaded says so where it was asked for; the link below still works without script.
  document.addEventListener("htmx:responseError", (event) => trouble(event, "服务器没有给出内容，请稍后再试"));
  document.addEventListener("htmx:sendError", (event) => trouble(event, "连不上服务器，请检查网络后再试"));
  // The button that asked for more rows is gone with the answer: the focus goes on to the first new row, not to the top.
  let asked = false;
  document.addEventListener("htmx:beforeRequest", (event) => { asked = event.detail.elt.matches("li > a.button"); });
  document.addEventListener("htmx:load", (event) => {
    if (!asked || !event.detail.elt.matches?.(".rows > li")) return;
    asked = false;
    event.detail.elt.querySelector(".title a, a")?.focus({ preventScroll: true });
  });
  function trouble(event, words) {
    const at = event.detail.elt;
    if (at.getAttribute("hx-trigger")) return; // asks again by itself
    let told = at.parentElement.querySelector(".load-trouble");
    if (!told) {
      told = document.createElement("span");
      told.className = "load-trouble note";
      told.setAttribute("role", "alert");
      at.after(told);
    }
    told.textContent = `　${words}`;
  }
})();
