"use strict";
// Workshop mode and its notes. Everything stays in this file and in this browser: nothing is fetched or sent.
(() => {
  const SCHEMA = "kumppanuus.workshop/1";
  const URGENCY = ["now", "soon", "later", ""];
  const TEXTS = ["notes", "action", "owner"];
  const MOST_VOTES = 999;
  const LONGEST = 20 * 999;
  const CODE = /(?:^|\D)(\d\d)(\d\d)\d\d[-+A-FU-Y\u2010-\u2013\u2212]\d{3}[0-9A-Y](?![0-9A-Z])/gi;
  const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const { run, language } = document.body.dataset;
  const STORE = `${SCHEMA}:${run}`;
  const words = {};
  for (const each of byId("workshop-words").content.querySelectorAll("[data-word]")) {
    words[each.dataset.word] = each.textContent;
  }
  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const screens = [...document.querySelectorAll("[data-exhibit]")];
  const charts = screens.length - 1;
  const keyOf = (screen) => screen.dataset.exhibit;
  const headOf = (screen) => screen.querySelector("h3");
  const titleOf = (screen) => headOf(screen).textContent.trim();

  // ---- Notes

  const nothing = () => ({ notes: "", votes: 0, priority: "", action: "", owner: "" });
  const newSheet = () =>
    [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const fresh = () => ({ sheet: newSheet(), edition: 0, unsaved: false, brought: {}, items: {} });
  const touched = (item) => Boolean(item && (item.votes || item.priority || TEXTS.some((name) => item[name].trim())));
  const holdsCode = (text) =>
    [...text.replace(INVISIBLE, "").matchAll(CODE)].some((found) => found[1] > 0 && found[1] < 32 && found[2] > 0 && found[2] < 13);
  const blocked = new Map(); // field that looks like it holds an identity code -> its screen
  let state = fresh();
  let told = "";
  let storing = true;

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isText = (value) => typeof value === "string" && value.length <= LONGEST + 20;
  const votesOf = (value) => Math.min(MOST_VOTES, Math.max(0, Math.trunc(Number(value)) || 0));

  /** Return an item of a file or of the store with all its fields, null when it is none. */
  const itemOf = (given) => {
    if (!isObject(given)) return null;
    const item = { ...nothing(), ...given };
    const sound = TEXTS.every((name) => isText(item[name])) && Number.isInteger(item.votes) && item.votes >= 0;
    if (!sound || !URGENCY.includes(item.priority)) return null;
    return { notes: item.notes, votes: votesOf(item.votes), priority: item.priority, action: item.action, owner: item.owner };
  };

  const stored = () => {
    const found = JSON.parse(localStorage.getItem(STORE) || "null");
    if (!isObject(found) || !isObject(found.items)) return fresh();
    const items = {};
    for (const [key, given] of Object.entries(found.items)) {
      const item = itemOf(given);
      if (item) items[key] = item;
    }
    const brought = isObject(found.brought) ? found.brought : {};
    return { ...fresh(), ...sheetOf(found), unsaved: found.unsaved === true, brought, items };
  };

  const sheetOf = (file) => {
    const named = typeof file.sheet === "string" && /^[0-9a-f]{8,64}$/.test(file.sheet);
    return named && Number.isInteger(file.edition) ? { sheet: file.sheet, edition: file.edition } : {};
  };

  const load = () => {
    try {
      state = stored();
    } catch (problem) {
      if (!(problem instanceof SyntaxError)) unable();
    }
  };

  const unable = () => {
    if (storing) tell("no_storage");
    storing = false;
  };

  const save = () => {
    try {
      localStorage.setItem(STORE, JSON.stringify(state));
    } catch {
      unable();
    }
    showStatus();
  };

  const noted = () => screens.filter((screen) => touched(state.items[keyOf(screen)]));

  // ---- What is seen of them

  const tell = (key, values) => {
    told = key;
    byId("message-text").textContent = key ? say(key, values) : "";
    byId("message").hidden = !key;
  };

  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  const showStatus = () => {
    const n = noted().length;
    const open = n > 0 && state.unsaved;
    root.classList.toggle("unsaved", open);
    const text = say(n === 0 ? "status_none" : open ? "status_open" : "status_done", { n });
    write(byId("notes-status"), text);
    write(byId("workshop-status"), text);
    for (const screen of screens) {
      screen.querySelector(".written").hidden = !touched(state.items[keyOf(screen)]);
    }
  };

  const showNotes = () => {
    for (const screen of screens) {
      const item = state.items[keyOf(screen)] || nothing();
      for (const field of screen.querySelectorAll("[data-field]")) {
        field.value = item[field.dataset.field];
        accept(field);
      }
    }
    showStatus();
  };

  const accept = (field) => {
    blocked.delete(field);
    field.removeAttribute("aria-invalid");
    warn(field.closest("[data-exhibit]"));
  };

  /** Tell of a text that is not kept, and stop telling when it is mended. */
  const warn = (screen) => {
    screen.querySelector(".warning").hidden = ![...blocked.values()].includes(screen);
    if (told === "told_code" && blocked.size === 0) tell();
  };

  const putForms = () => {
    for (const screen of screens) {
      const form = byId("notes-form").content.cloneNode(true);
      form.querySelector("details").open = screen.id === "general";
      screen.querySelector(".panel").append(form);
    }
  };

  const take = (field) => {
    const screen = field.closest("[data-exhibit]");
    const name = field.dataset.field;
    if (TEXTS.includes(name) && holdsCode(field.value)) {
      blocked.set(field, screen);
      field.setAttribute("aria-invalid", "true");
      warn(screen);
      return;
    }
    accept(field);
    const item = state.items[keyOf(screen)] || nothing();
    item[name] = name === "votes" ? votesOf(field.value) : field.value.slice(0, LONGEST);
    state.items[keyOf(screen)] = item;
    state.unsaved = true;
    save();
  };

  const vote = (button) => {
    const field = button.closest(".votes").querySelector("[data-field]");
    field.value = votesOf(votesOf(field.value) + Number(button.dataset.vote));
    take(field);
  };

  // ---- Their file

  const download = () => {
    const [screen] = blocked.values();
    if (screen) return tell("told_code", { where: placeOf(screen) });
    const items = noted().map((each) => ({ exhibit: keyOf(each), finding: titleOf(each), ...state.items[keyOf(each)] }));
    if (items.length === 0) return tell("told_nothing");
    state.edition += 1;
    state.unsaved = false;
    const file = `${say("file")}-${run}.json`;
    const content = { schema: SCHEMA, run, language, sheet: state.sheet, edition: state.edition, items };
    const address = URL.createObjectURL(new Blob([`${JSON.stringify(content, null, 1)}\n`], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60 * 999);
    tell("told_exported", { file });
    save();
  };

  const joined = (own, other, between) => {
    if (!other.trim() || own.includes(other.trim())) return own;
    return own.trim() ? own + between + other : other;
  };

  /** Return what two scribes wrote of one chart. */
  const together = (own, other) => ({
    notes: joined(own.notes, other.notes, "\n\n"),
    votes: votesOf(own.votes + other.votes),
    priority: URGENCY[Math.min(URGENCY.indexOf(own.priority), URGENCY.indexOf(other.priority))],
    action: joined(own.action, other.action, "; "),
    owner: joined(own.owner, other.owner, "; "),
  });

  /** Return the notes of a file by exhibit, or say what is wrong with it. */
  const opened = (text) => {
    let file = null;
    try {
      file = JSON.parse(text.replace(/^\ufeff/, ""));
    } catch {
      return tell("refused_kind");
    }
    if (!isObject(file) || file.schema !== SCHEMA || !Array.isArray(file.items)) return tell("refused_kind");
    if (typeof file.run !== "string") return tell("refused_kind");
    if (file.run !== run) return tell("refused_run", { run: file.run.slice(0, 64), own: run });
    const items = file.items.map(itemOf);
    if (items.includes(null)) return tell("refused_kind");
    if (items.some((item) => TEXTS.some((name) => holdsCode(item[name])))) return tell("refused_code");
    return { ...sheetOf(file), items: new Map(file.items.map((given, place) => [given.exhibit, items[place]])) };
  };

  /** Return what a file is known by: its scribe's sheet, else a number made of its content. */
  const nameOf = (file, text) =>
    file.sheet || String([...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) >>> 0, 7));

  const bring = (text) => {
    const file = opened(text);
    if (!file) return;
    const name = nameOf(file, text);
    const brought = { ...state.brought[name] }; // its votes that are counted here already
    const before = JSON.stringify(state.items);
    const known = new Set(screens.map(keyOf));
    const empty = noted().length === 0;
    let skipped = 0;
    for (const [key, item] of file.items) {
      const own = state.items[key];
      if (!known.has(key)) skipped += touched(item);
      else if (!touched(own)) state.items[key] = item;
      else if (file.sheet !== state.sheet) {
        state.items[key] = together(own, { ...item, votes: votesOf(item.votes - votesOf(brought[key])) });
      }
      if (known.has(key)) brought[key] = item.votes;
    }
    state.brought[name] = brought;
    const changed = JSON.stringify(state.items) !== before;
    if (changed) state.unsaved = !empty;
    if (skipped) tell("told_skipped", { n: skipped });
    else if (changed) tell("told_imported", { n: file.items.size });
    else tell("told_same");
    showNotes();
    save();
  };

  const clear = () => {
    if (!confirm(say("clear_ask"))) return;
    state = fresh();
    showNotes();
    tell();
    try {
      localStorage.removeItem(STORE);
    } catch {
      // Nothing was kept, so nothing is left.
    }
  };

  // ---- Workshop mode

  let current = -1;
  const on = () => root.classList.contains("workshop");
  const placeOf = (screen) => {
    const index = screens.indexOf(screen);
    return index < charts ? say("place", { number: index + 1, total: charts }) : say("general_short");
  };

  const remember = () => {
    const kept = { workshop: on(), noting: root.classList.contains("noting") };
    history.replaceState(kept, "", `#${screens[current].id}`);
  };

  const show = (index) => {
    const inBar = byId("workshop-bar").contains(document.activeElement);
    current = Math.max(0, Math.min(charts, index));
    const screen = screens[current];
    screens.forEach((each) => each.classList.toggle("current", each === screen));
    for (const part of document.querySelectorAll(".wing, #notes")) part.classList.toggle("around", part.contains(screen));
    screen.querySelector(".notes").open = true;
    const place = byId("workshop-place");
    place.replaceChildren(placeOf(screen));
    if (inBar) {
      const spoken = document.createElement("span");
      spoken.className = "unseen";
      spoken.textContent = `: ${titleOf(screen)}`;
      place.append(spoken);
    }
    byId("workshop-previous").setAttribute("aria-disabled", String(current === 0));
    byId("workshop-next").setAttribute("aria-disabled", String(current === charts));
    byId("content").scrollTop = 0;
    if (!inBar) focusOn(screen);
    remember();
  };

  const focusOn = (screen) => {
    headOf(screen).tabIndex = -1;
    headOf(screen).focus({ preventScroll: true });
  };

  const enter = (index, noting = false) => {
    root.classList.add("workshop");
    byId("workshop-bar").hidden = false;
    byId("workshop-status").before(byId("notes-tools"));
    toggleNotes(noting);
    show(index);
  };

  /** Return to reading, at some place of the page. */
  const read = (place) => {
    root.classList.remove("workshop", "noting");
    byId("workshop-bar").hidden = true;
    byId("notes").append(byId("notes-tools"));
    place.scrollIntoView({ behavior: "instant" });
  };

  const leave = () => {
    read(screens[current]);
    remember();
    focusOn(screens[current]);
  };

  const toggleNotes = (noting) => {
    root.classList.toggle("noting", noting);
    byId("workshop-notes").setAttribute("aria-expanded", String(noting));
  };

  const resume = () => {
    const kept = history.state;
    if (kept && kept.workshop) enter(named(), kept.noting === true);
  };

  const named = () => screens.findIndex((screen) => `#${screen.id}` === location.hash);

  const KEYS = {
    ArrowRight: () => show(current + 1),
    PageDown: () => show(current + 1),
    ArrowLeft: () => show(current - 1),
    PageUp: () => show(current - 1),
    Home: () => show(0),
    End: () => show(charts - 1),
    Escape: leave,
  };

  const pressed = (event) => {
    const act = KEYS[event.key];
    if (!on() || !act || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const { target } = event;
    if (target.matches("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") focusOn(screens[current]);
      return;
    }
    const wide = target.closest(".scroller");
    if (wide && wide.scrollWidth > wide.clientWidth && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    act();
  };

  /** Follow the address: to another chart, out of the mode to what a link leads to, back into it. */
  const moved = () => {
    const index = named();
    if (!on()) return resume();
    if (index >= 0) return show(index);
    const target = location.hash.length > 1 ? byId(location.hash.slice(1)) : null;
    if (target) read(target);
  };

  // ---- Beginning

  const press = (id, act) => byId(id).addEventListener("click", act);
  putForms();
  load();
  showNotes();
  root.classList.add("scripted");
  for (const id of ["workshop-offer", "notes", "notes-link"]) byId(id).hidden = false;
  press("workshop-start", () => enter(named()));
  press("workshop-end", leave);
  press("workshop-previous", () => show(current - 1));
  press("workshop-next", () => show(current + 1));
  press("workshop-notes", () => {
    toggleNotes(!root.classList.contains("noting"));
    screens[current].scrollIntoView();
    if (root.classList.contains("noting")) screens[current].querySelector(".panel").scrollIntoView();
    remember();
  });
  press("notes-export", download);
  press("notes-import", () => byId("notes-file").click());
  press("notes-clear", clear);
  press("message-close", () => tell());
  byId("notes-file").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    if (file) bring(await file.text());
    target.value = "";
  });
  document.addEventListener("input", ({ target }) => target.dataset.field && take(target));
  document.addEventListener("click", ({ target }) => target.dataset.vote && vote(target));
  document.addEventListener("keydown", pressed);
  addEventListener("hashchange", moved);
  addEventListener("storage", (event) => {
    if (event.key !== STORE) return;
    load();
    showNotes();
  });
  addEventListener("beforeunload", (event) => root.classList.contains("unsaved") && event.preventDefault());
  resume();
})();
