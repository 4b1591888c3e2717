// Keeps the inbox fresh: waits for news, fetches the page again, and swaps the parts that may change.
// Without this script the page is complete; loading it again does the same.
(() => {
  "use strict";
  const first = document.querySelector("[data-live]:not([data-live=''])");
  const status = document.querySelector("[data-news]");
  if (!first || !window.EventSource || document.querySelector(".wrong")) return;
  const MINUTE = 60000, IDLE = 15 * MINUTE; // as long as the server keeps somebody signed in who does nothing
  const from = first.dataset.from || location.href; // a page that answers a form has no address to load it from again
  let touched = Date.now(), told = touched, seen = first.dataset.live, news = null, over = false;
  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, () => { touched = Date.now(); }, { passive: true });

  const count = () => {
    for (const one of document.querySelectorAll("[data-until]")) {
      const minutes = Math.max(0, Math.floor((new Date(one.dataset.until) - Date.now()) / MINUTE));
      one.textContent = `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    }
  };
  const isWritten = (part) => [...part.querySelectorAll("textarea")].some((one) => one.value !== one.defaultValue);

  const swap = (fresh) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (!next || isWritten(part) || part.contains(document.activeElement) || next.innerHTML === part.innerHTML) continue;
      const open = [...part.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
      part.replaceChildren(...next.childNodes);
      for (const one of part.querySelectorAll("details > summary")) if (open.includes(one.textContent)) one.parentElement.open = true;
      if (status) status.textContent = "The page has changed.";
    }
  };

  // Carers' words do not stay on the screen of somebody who was signed out, unless that would lose what they wrote.
  const end = () => {
    over = true;
    hush();
    if (!isWritten(document)) { location.assign(from); return; }
    if (!status) return;
    status.className = "callout callout--red";
    status.textContent = "You have been signed out. Copy what you wrote before you sign in again.";
  };
  // `isHere` says that somebody uses the page. Asking for news alone keeps nobody signed in.
  const refresh = async (isHere) => {
    const headers = { Accept: "text/html", "Kith-Refresh": isHere ? "here" : "news" };
    const answer = await fetch(from, { headers, redirect: "manual" });
    if (answer.status === 401 || answer.type === "opaqueredirect") end();
    else if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
  };
  const look = (isHere) => refresh(isHere).catch(() => {});

  const hush = () => { if (news) news.close(); news = null; };
  const listen = () => {
    if (news || over || document.hidden) return; // a browser keeps few lines open to one site: tabs in the background let go
    news = new EventSource(`/inbox/news?seen=${encodeURIComponent(seen)}`);
    news.addEventListener("change", (event) => { seen = event.data; look(false); });
    news.addEventListener("error", () => {
      if (news && news.readyState === EventSource.CLOSED) look(false);
      hush();
      setTimeout(listen, 2000);
    });
  };
  listen();
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  addEventListener("pagehide", hush);
  setInterval(count, 20000);
  setInterval(() => {
    if (over) return;
    if (touched > told) { told = Date.now(); look(true); }
    else if (Date.now() - touched > IDLE) look(false);
  }, MINUTE);
})();
