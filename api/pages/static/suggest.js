// What a question that is being typed may be about (GET /api/suggest), under the field; without it the form works too.
// A combobox whose list is moved through with the arrows: WAI-ARIA Authoring Practices, "Combobox Pattern".
"use strict";

const PAUSE = 120; // milliseconds without a key before the server is asked
const field = document.getElementById("q");
const list = document.getElementById("suggestions");
const language = field.form.elements.lang.value;
let asked = new AbortController();
let timer = 0;
let active = -1;

const around = ({ question, within }) => (question.includes(within) ? "" : within);
const address = (values) => `/search?${new URLSearchParams({ ...values, lang: language })}`;

// Each kind of answer: what is read, what is told beside it, and where it leads.
const KINDS = {
  territories: (one) => ({ text: one.question, beside: around(one), to: address({ q: one.question }) }),
  themes: (one) => ({ text: one.label, beside: list.dataset.theme, to: address({ q: one.question, theme: one.code }) }),
  publishers: (one) => ({ text: one.name, beside: list.dataset.publisher, to: address({ publisher: one.name }) }),
  datasets: (one) => ({ text: one.title, beside: one.publisher, to: `/datasets/${one.id}?lang=${language}` }),
};
const MOST = { territories: 3, themes: 1, publishers: 2, datasets: 5 };

function option({ text, beside, to }, index) {
  const item = document.createElement("li");
  item.id = `suggestion-${index}`;
  item.role = "option";
  item.dataset.to = to;
  const told = document.createElement("span");
  told.textContent = beside;
  item.append(text, " ", told);
  return item;
}

function show(found) {
  const all = Object.entries(KINDS).flatMap(([kind, read]) => found[kind].slice(0, MOST[kind]).map(read));
  list.replaceChildren(...all.map(option));
  choose(-1);
  open(all.length > 0);
}

function open(shown) {
  list.hidden = !shown;
  field.setAttribute("aria-expanded", String(shown));
  if (!shown) choose(-1);
}

function choose(index) {
  active = index;
  [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
  const item = list.children[index];
  if (item) field.setAttribute("aria-activedescendant", item.id);
  else field.removeAttribute("aria-activedescendant");
}

async function ask() {
  asked.abort();
  asked = new AbortController();
  const typed = field.value;
  if (typed.trim().length < 2) return open(false);
  try {
    const values = new URLSearchParams({ q: typed, lang: language });
    const answer = await fetch(`/api/suggest?${values}`, { signal: asked.signal });
    if (answer.ok && document.activeElement === field) show(await answer.json());
  } catch (error) {
    if (error.name !== "AbortError") open(false); // the server is away: the form will say so
  }
}

function key(event) {
  const many = list.children.length;
  if (list.hidden || event.isComposing) return;
  if (event.key === "ArrowDown") choose(active + 1 < many ? active + 1 : -1);
  else if (event.key === "ArrowUp") choose(active < 0 ? many - 1 : active - 1);
  else if (event.key === "Escape") open(false);
  else if (event.key === "Enter" && active >= 0) location.assign(list.children[active].dataset.to);
  else return;
  event.preventDefault();
}

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
field.addEventListener("keydown", key);
field.addEventListener("blur", () => open(false));
list.addEventListener("mousedown", (event) => {
  event.preventDefault(); // the field keeps the focus, so that the list stays until the click
  const item = event.target.closest("li");
  if (item && event.button === 0) location.assign(item.dataset.to);
});
