// Keeps the simulator live: shows news as it comes and sends forms without leaving the page. The page works without it.
"use strict";

(() => {
  const stage = document.querySelector("[data-live]");
  if (!stage) return;

  const lost = stage.querySelector("[data-lost]");
  const happened = stage.querySelector("[data-happened]");
  const versions = new Map();
  let cursor = stage.dataset.cursor;
  let seen = "";

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;

  // Text that a screen reader may speak is only touched when it changes.
  const say = (place, text) => { if (place.textContent !== text) place.textContent = text; };

  // A message that is there already gets new ticks; it is not put in anew, or it would be read out again.
  function showBubble(list, bubble) {
    const fresh = parsed(bubble.html);
    const known = document.getElementById(bubble.id);
    if (!known) { list.append(document.adoptNode(fresh)); return; }
    const [foot, newFoot] = [known, fresh].map((one) => one.querySelector("[data-foot]"));
    if (!foot.isEqualNode(newFoot)) foot.replaceChildren(...newFoot.childNodes);
  }

  // Parts that were open stay open, and the keyboard stays where it was.
  function replace(known, fresh) {
    const before = [...known.querySelectorAll("details")];
    [...fresh.querySelectorAll("details")].forEach((one, place) => { one.open = Boolean(before[place]?.open); });
    const stops = "a, summary";
    const stop = [...known.querySelectorAll(stops)].indexOf(document.activeElement);
    known.replaceWith(fresh);
    if (stop >= 0) fresh.querySelectorAll(stops)[stop]?.focus();
  }

  function showHappened(items) {
    let last = null;
    for (const item of items) {
      let known = document.getElementById(item.id);
      if (!known || versions.get(item.id) !== item.version) {
        const fresh = document.adoptNode(parsed(item.html));
        if (!known) { last ? last.after(fresh) : happened.prepend(fresh); known = fresh; }
        else if (!known.isEqualNode(fresh)) { replace(known, fresh); known = fresh; }
        versions.set(item.id, item.version);
      }
      last = known;
    }
    const listed = new Set(items.map((item) => item.id));
    [...happened.children].filter((one) => !listed.has(one.id)).forEach((one) => one.remove());
  }

  function show(news) {
    for (const phone of stage.querySelectorAll("[data-phone]")) {
      const mine = news.phones[phone.dataset.phone];
      if (!mine) continue;
      mine.bubbles.forEach((bubble) => showBubble(phone.querySelector("[data-bubbles]"), bubble));
      say(phone.querySelector("[data-typing]"), mine.typing ? "Kith is typing…" : "");
    }
    if (news.happened) showHappened(news.happened);
    cursor = news.cursor;
    seen = news.seen;
  }

  const rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  async function listen() {
    for (let failures = 0; ;) {
      try {
        const asked = new URLSearchParams({ carer: stage.dataset.carer, since: cursor, seen });
        const answer = await fetch(`/simulator/news?${asked}`, { cache: "no-store" });
        const news = answer.ok ? await answer.json() : { run: answer.status === 404 ? "" : stage.dataset.run };
        if (news.run !== stage.dataset.run) { say(lost, "Kith was started again. Load this page again to go on."); return; }
        if (!answer.ok) throw new Error(String(answer.status));
        show(news);
        say(lost, "");
        failures = 0;
      } catch {
        failures += 1;
        if (failures > 1) say(lost, "Kith cannot be reached. Trying again by itself.");
        await rest(Math.min(failures, 5));
      }
    }
  }

  function tell(form, problem) {
    const writer = form.closest("[data-phone]").querySelector(".writer");
    const text = writer.querySelector("textarea");
    say(writer.querySelector("[data-problem]"), problem);
    if (problem) text.setAttribute("aria-invalid", "true"); else text.removeAttribute("aria-invalid");
  }

  // The field is empty at once, as on a phone; what could not be sent comes back to it.
  async function send(form, button) {
    const fields = new URLSearchParams(new FormData(form, button));
    const text = ["text", "image"].includes(button.value) ? form.querySelector("textarea") : null;
    if (text) text.value = "";
    let problem = "Not sent: Kith cannot be reached.";
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
      problem = (await answer.json()).problem;
    } catch { /* told below */ }
    tell(form, problem);
    if (problem && text && !text.value) text.value = fields.get("text");
  }

  // Once something is sent, the list of messages to try folds away so that the chat can be seen.
  function fold(form) {
    const list = form.closest("[data-phone]").querySelector(".tries");
    const within = list.contains(document.activeElement);
    list.open = false;
    if (within) list.querySelector("summary").focus();
  }

  stage.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-send]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
    fold(event.target);
  });

  // As on WhatsApp: Enter sends, Shift and Enter starts a new line. Not while a word is being composed.
  stage.addEventListener("keydown", (event) => {
    const wanted = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea");
    if (!wanted) return;
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("[name=kind][value=text]"));
  });

  listen();
})();
