// Keeps the inbox fresh: waits for news, fetches the page again, and swaps the parts that may change.
// Without this script the page is complete; loading it again does the same.
(() => {
  "use strict";
  const first = document.querySelector("[data-live]:not([data-live=''])");
  const status = document.querySelector("[data-news]");
  if (!first || !window.EventSource || document.querySelector(".wrong")) return;
  const IDLE_MS = 14 * 60 * 1000; // so that a page left open does not keep its person signed in
  let touched = Date.now();
  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, () => { touched = Date.now(); }, { passive: true });

  const count = () => {
    for (const one of document.querySelectorAll("[data-until]")) {
      const minutes = Math.max(0, Math.floor((new Date(one.dataset.until) - Date.now()) / 60000));
      one.textContent = `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    }
  };
  setInterval(count, 20000);

  const swap = (fresh) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      const written = [...part.querySelectorAll("textarea")].some((one) => one.value !== one.defaultValue);
      if (!next || written || part.contains(document.activeElement) || next.innerHTML === part.innerHTML) continue;
      const open = [...part.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
      part.replaceChildren(...next.childNodes);
      for (const one of part.querySelectorAll("details > summary")) if (open.includes(one.textContent)) one.parentElement.open = true;
      if (status) status.textContent = "The page has changed.";
    }
  };
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
  };
  const news = new EventSource(`/inbox/news?seen=${encodeURIComponent(first.dataset.live)}`);
  news.addEventListener("change", () => refresh().catch(() => {}));
  addEventListener("pagehide", () => news.close());
  setInterval(() => { if (Date.now() - touched > IDLE_MS) news.close(); }, 10000);
})();
