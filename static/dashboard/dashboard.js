// The page's own script. It sends what is wanted, drops what answers an older wish, and says how the line is.
// Everything it does has a way without it: the form is an ordinary GET form.
(() => {
  "use strict";
  const main = document.getElementById("dashboard");
  const form = document.getElementById("view");
  const scope = document.getElementById("scope");
  const skeleton = document.getElementById("skeleton");
  const RECONNECTS = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014]); // close codes after which hx-ws comes back
  let seq = 0; // counts choices of scope; frames that answer an older one are not painted
  let timer = 0;
  let lastSent = 0;
  let hasMoved = false; // a person chose another scope, and the address bar does not say so yet
  let whole = null; // the address to send instead of the form's fields
  let hasEnded = false; // closed for good: from now on the form is a plain GET form

  const tiles = () => main.querySelectorAll("section[data-capability]");
  const state = (name) => { if (main.dataset.state !== name) main.dataset.state = name; };
  const address = () => location.pathname + location.search;

  // A new scope: no old number may stand under the new title, not even until the server's skeletons arrive.
  function choose(next) {
    state("catching-up");
    if (next === main.dataset.scope) return;
    seq += 1;
    main.dataset.scope = next;
    scope.value = next;
    for (const tile of tiles()) {
      tile.querySelector(".tile-body").replaceChildren(skeleton.content.cloneNode(true));
      tile.querySelector(".tile-foot").replaceChildren();
      Object.assign(tile.dataset, { scope: next, work: "loading", readiness: "unavailable", fingerprint: "", source: "", asOf: "" });
      tile.setAttribute("aria-busy", "true");
    }
  }

  function move(next) {
    hasMoved ||= next !== main.dataset.scope;
    choose(next);
  }

  // What the address bar says, sent whole: at each connection and on Back.
  function sendAddress() {
    whole = Object.fromEntries(new URLSearchParams(location.search));
    const keeps = whole.live !== "0" || !main.querySelector("[data-work=loading]"); // paused, and nothing to wait for
    const shown = keeps ? main.dataset.scope : "";
    choose(whole.scope || "course");
    Object.assign(whole, { op: "address", scope: whole.scope || "course", shown });
    form.requestSubmit();
  }

  function fieldsWith(submitter) {
    const fields = new URLSearchParams(new FormData(form));
    if (submitter?.name) fields.set(submitter.name, submitter.value);
    return fields;
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    const wanted = event.submitter?.name === "scope" ? event.submitter.value : scope.value;
    if (hasEnded) {
      event.preventDefault();
      event.stopImmediatePropagation();
      location.assign("?" + fieldsWith(event.submitter));
    } else if (!whole && wanted !== main.dataset.scope) {
      move(wanted);
    }
  }, true);

  // A key held down on the list of scopes chooses faster than the server listens (20 a second); the last one counts.
  function submitSoon() {
    clearTimeout(timer);
    const wait = lastSent + 50 - performance.now();
    if (wait > 0) {
      timer = setTimeout(submitSoon, wait);
      return;
    }
    lastSent = performance.now();
    form.requestSubmit();
  }

  document.addEventListener("change", (event) => {
    if (event.target.form !== form) return;
    if (event.target === scope && !hasEnded) move(scope.value);
    submitSoon();
  });

  window.addEventListener("popstate", sendAddress);

  main.addEventListener("htmx:ws:before:message:outgoing", ({ detail }) => {
    if (whole) detail.message.values = whole;
    whole = null;
    Object.assign(detail.message.values, { seq });
    detail.message.headers = {};
    if (detail.connection.socket?.readyState === WebSocket.OPEN) return;
    detail.cancelled = true; // the address is sent when the line is back
    const { op, shown, seq: _, ...fields } = detail.message.values;
    const query = "?" + new URLSearchParams(fields);
    if (query !== location.search && !("s.name" in fields)) history.pushState(null, "", query); // a name is in no address
    hasMoved = false;
  });

  // The head of a frame says which choice it answers; it comes first, so that no tile is painted before it is judged.
  main.addEventListener("htmx:ws:before:message:incoming", (event) => {
    const text = event.detail.message.data;
    const end = text.indexOf("</hx-partial>");
    const head = new DOMParser().parseFromString(text.slice(0, end), "text/html").getElementById("view-head");
    if (!head) return;
    if (Number(head.dataset.seq) < seq) {
      event.detail.cancelled = true;
      return;
    }
    const { scope: shown, token, url, state: now } = head.dataset;
    if (url && url !== address()) {
      history[hasMoved ? "pushState" : "replaceState"](null, "", url);
      hasMoved = false;
    }
    if (scope.value !== shown) scope.value = shown;
    Object.assign(main.dataset, { scope: shown, token });
    state(now);
    document.title = head.dataset.title;
  });

  // A morph sets attributes; what a select shows is its property.
  main.addEventListener("htmx:ws:after:message:incoming", () => {
    for (const select of main.querySelectorAll(".tile select[form=view]")) {
      const chosen = select.querySelector("[selected]");
      if (chosen && select !== document.activeElement) select.value = chosen.value;
    }
  });

  // No socket: every 15 seconds the page is asked for as a browser without script asks, and its parts are taken over.
  setInterval(async () => {
    const asked = address();
    const may = () => main.dataset.state === "offline" && asked === address() && !document.hidden;
    if (!may() || new URLSearchParams(location.search).get("live") === "0") return;
    const answer = await fetch(asked + (location.search ? "&" : "?") + "complete=1").catch(() => null);
    const text = answer?.ok && !answer.redirected ? await answer.text() : "";
    for (const part of text && may() ? ["#view-head", "#live", "#tiles"] : []) {
      htmx.swap({ sourceElement: main, target: part, select: part, swap: "outerMorph", text });
    }
  }, 15000);

  main.addEventListener("htmx:ws:after:connection", sendAddress);
  main.addEventListener("htmx:ws:close", ({ detail }) => {
    hasEnded = !RECONNECTS.has(detail.code);
    state(hasEnded ? "stale" : "offline");
    for (const tile of tiles()) if (tile.dataset.work !== "loading") tile.setAttribute("aria-busy", "false");
  });
})();
