// The page's own script: sends what is wanted, drops what answers an older wish, says how the line is. All else is HTML.
const [main, form, scope, find, place] = ["dashboard", "view", "scope", "find", "place"].map((id) => document.getElementById(id));
const skeleton = document.getElementById("skeleton").content;
const BUSY = ":is(input:not([type=checkbox], [type=radio]):focus, textarea:focus, select:open, :popover-open, dialog[open])";
let seq = 0; // counts choices of scope; frames that answer an older one are not painted
let hasMoved = false; // a person chose another scope, and the address bar does not say so yet
let whole = null; // the address to send instead of the form's fields
let hasEnded = false; // closed for good: from now on the form is a plain GET form
let isAwaited = false; // a person asked for something that has not come yet
let [timer, lastSent, held, dragged] = [0, 0, null, null]; // held: what came for a tile that is busy; dragged: a handle

const on = (names, act, target = document) => names.split(" ").forEach((name) => target.addEventListener(name, act, true));
const tiles = () => main.querySelectorAll("section[data-capability]");
const state = (name) => { if (main.dataset.state !== name) main.dataset.state = name; };
const address = () => location.pathname + location.search;
// A new scope: no old number may stand under the new title, not even until the server's skeletons arrive.
function choose(next, isWish = true) {
  state("catching-up");
  if (next === main.dataset.scope) return;
  hasMoved ||= isWish;
  seq += 1;
  held = null;
  scope.value = main.dataset.scope = next;
  for (const tile of tiles()) {
    tile.querySelector(".tile-body").replaceChildren(skeleton.cloneNode(true));
    tile.querySelector(".tile-foot").replaceChildren();
    Object.assign(tile.dataset, { scope: next, work: "loading", readiness: "unavailable", fingerprint: "", source: "", asOf: "" });
    tile.setAttribute("aria-busy", "true");
  }
}
// What the address bar says, sent whole: at each connection and on Back.
function sendAddress() {
  whole = { scope: "course", ...Object.fromEntries(new URLSearchParams(location.search)), op: "address" };
  const keeps = whole.live !== "0" || !main.querySelector("[data-work=loading]"); // paused, and nothing to wait for
  whole.shown = keeps ? main.dataset.scope : "";
  choose(whole.scope, false);
  form.requestSubmit();
}
// A key held down on the list of scopes chooses faster than the server listens (20 a second); the last one counts.
function submitSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => (lastSent = performance.now(), form.requestSubmit()), Math.max(0, lastSent + 50 - performance.now()));
}

on("submit", (event) => {
  if (hasEnded) return void (event.target === form && event.stopImmediatePropagation());
  if (event.target === form && !whole) choose(event.submitter?.name === "scope" ? event.submitter.value : scope.value);
  if (event.target !== find.form) return;
  const said = (text) => text.trim().toLowerCase();
  const holds = (is) => [...scope.options].find(({ text }) => is(said(text), said(find.value)));
  const found = holds((text, words) => text === words) ?? holds((text, words) => text.includes(words)); // the server's rule
  if (!found) return; // the server says so
  event.preventDefault();
  find.value = "";
  choose(found.value);
  form.requestSubmit();
});
on("change", (event) => {
  if (event.target.form !== form) return;
  if (event.target === scope && !hasEnded) choose(scope.value);
  submitSoon();
});
on("popstate", sendAddress, window);

on("htmx:ws:before:message:outgoing", ({ detail }) => {
  isAwaited = true;
  detail.message.values = { ...(whole ?? detail.message.values), seq };
  detail.message.headers = {};
  whole = null;
  if (detail.connection.socket?.readyState === WebSocket.OPEN) return;
  detail.cancelled = true; // the address is sent when the line is back
  const { op, shown, seq: _, ...fields } = detail.message.values;
  const query = "?" + new URLSearchParams({ ...(/\blive=0/.test(location.search) && { live: 0 }), ...fields }); // paused is no field
  if (query !== location.search && !("s.name" in fields)) history.pushState(null, "", query); // a name is in no address
  hasMoved = false;
});
// The head of a frame says which choice it answers; it comes first, so that no tile is painted before it is judged.
on("htmx:ws:before:message:incoming", ({ detail }) => {
  const text = detail.message.data.split("</hx-partial>", 1)[0];
  const head = new DOMParser().parseFromString(text, "text/html").getElementById("view-head");
  if (!head) return;
  if (Number(head.dataset.seq) < seq) return void (detail.cancelled = true);
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
// A tile in which somebody types, or has a menu open, is not painted under their hands: the newest waits until they leave.
on("htmx:before:swap", ({ detail: { tasks } }) => {
  const busy = !isAwaited && main.querySelector(`.tile:has(${BUSY})`);
  const isFor = (id) => ({ target }) => (target?.id ?? target?.slice(1)) === id;
  if (held && tasks.some(isFor(held.id))) held = null;
  const at = busy ? tasks.findIndex(isFor(busy.id)) : -1;
  if (at >= 0) held = { id: busy.id, text: tasks.splice(at, 1)[0].fragment.firstElementChild.outerHTML };
});
const release = () => setTimeout(() => {
  if (!held || main.querySelector(`.tile:has(${BUSY})`)) return;
  htmx.swap({ sourceElement: main, target: `#${held.id}`, swap: "outerMorph", text: held.text });
});
on("focusout toggle close", release);
on("htmx:ws:after:message:incoming", () => {
  isAwaited &&= document.getElementById("view-head").dataset.work === "loading";
  for (const option of main.querySelectorAll(".tile [form=view] option[selected]")) { // a morph sets attributes; a select shows its property
    if (option.parentNode !== document.activeElement) option.parentNode.value = option.value;
  }
  release();
});
// No socket: every 15 seconds the page is asked for as a browser without script asks, and its parts are taken over.
setInterval(async () => {
  const asked = address();
  const may = () => main.dataset.state === "offline" && asked === address() && !document.hidden && !/\blive=0/.test(asked);
  const answer = may() && (await fetch(asked + (location.search ? "&" : "?") + "complete=1").catch(() => null));
  const text = answer?.ok && !answer.redirected && (await answer.text());
  for (const part of text && may() ? ["#view-head", "#live", "#tiles"] : []) {
    htmx.swap({ sourceElement: main, target: part, select: part, swap: "outerMorph", text });
  }
}, 15000);
on("htmx:ws:after:connection", sendAddress);
on("htmx:ws:close", ({ detail }) => {
  hasEnded = !htmx.config.ws.reconnectCodes.includes(detail.code);
  state(hasEnded ? "stale" : "offline");
  for (const tile of tiles()) if (tile.dataset.work !== "loading") tile.setAttribute("aria-busy", "false");
});
// A key does what the control that names it does: the one of the tile one is in, else of the page.
on("keydown", (event) => {
  const { key, target } = event;
  const isOther = event.repeat || (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  const isTyped = isOther || target.closest("input:not([type=checkbox]), select, textarea, dialog");
  const near = target.closest(".slot") ?? main.querySelector(".slot:hover") ?? main;
  const named = `[aria-keyshortcuts="${CSS.escape(key)}"]`;
  const control = !isTyped && main.dataset.keys === "on" && (near.querySelector(named) ?? main.querySelector(named));
  if (!control) return;
  event.preventDefault();
  control[control === find ? "focus" : "click"]();
});
// What a person drags says what the buttons beside it say.
const spot = (one) => one.closest(dragged.closest(".slot") ? ".slot" : ".group");
const goal = ({ target }) => dragged && spot(target)?.parentNode === spot(dragged).parentNode && spot(target);
on("dragstart", ({ target }) => { dragged = target.closest?.(".handle"); });
on("dragover", (event) => { if (goal(event)) event.preventDefault(); });
on("drop", (event) => {
  place.value = `${dragged?.dataset.drag}:${goal(event)?.dataset?.place}`;
  if (goal(event)) place.click();
});
