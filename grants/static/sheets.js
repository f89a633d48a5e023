/* Helps on a month's page: totals while one types, keys, cells that save by themselves.
   The page works without it; what a cell may hold is decided by the server alone. */

import { hoursText, minutesOf, shareText } from "./sheets-hours.js";
import { listenToKeys } from "./sheets-keys.js";

const WHILE_TYPING_MS = 900;
const AFTER_LEAVING_MS = 150;
const RETRY_MS = 10_000;
const OFFLINE = "Hors ligne : sera renvoyé.";
const LOGGED_OUT = "Session terminée : reconnectez-vous dans un autre onglet, la saisie sera renvoyée.";
const BUSY = "La base de données est occupée : sera renvoyé.";
const CLOSED = "La feuille vient d'être fermée : notez ce qui n'est pas enregistré, puis rechargez la page.";

const form = document.getElementById("grille");
const table = form.querySelector("table.sheet");
const cells = new Map([...table.querySelectorAll("tbody input")].map((input) => [input.name, input]));
const notes = new Map([...form.querySelectorAll("input[name^='note@']")].map((input) => [input.name, input]));
const stateLine = document.getElementById("save-state");
const live = document.getElementById("live");

const saved = new Map(); // minutes that the server is known to hold, proposals included
const refused = new Map(); // texts that it refused, not to be sent twice
const savedNotes = new Map();
let timer = 0;
let sending = false;
let isStale = false; // something is to be saved as soon as the running saving is over
let queued = null; // a button that was pressed and not yet obeyed
let leaving = false;

/* What is saved and what is not */

function isChanged(input) {
  return minutesOf(input.value) !== saved.get(input.name);
}

function toSend() {
  return [...cells.values()].filter((input) => isChanged(input) && refused.get(input.name) !== input.value);
}

function notesToSend() {
  return [...notes.values()].filter(
    (input) => input.value.trim() !== savedNotes.get(input.name) && refused.get(input.name) !== input.value,
  );
}

function hasUnsaved() {
  const isNew = (input) => input.value.trim() !== savedNotes.get(input.name);
  return sending || [...notes.values()].some(isNew) || [...cells.values()].some(isChanged);
}

function readShown() {
  for (const name of cells.keys()) saved.set(name, 0);
  for (const line of form.elements.shown.value.split("\n")) {
    const [row, ...held] = line.trim().split(" ");
    for (const one of held) {
      const [day, minutes] = one.split("=");
      const name = `${row}@${monthOf()}-${day.padStart(2, "0")}`;
      if (cells.has(name)) saved.set(name, Number(minutes));
    }
  }
  for (const input of notes.values()) savedNotes.set(input.name, input.defaultValue.trim());
}

function monthOf() {
  return table.querySelector("[data-day]").dataset.day.slice(0, 7);
}

/* `row day=minutes day=minutes`, a line a row: what forms/sheets.py reads. */
function shownText(names) {
  const lines = new Map();
  for (const name of names) {
    const [row, day] = name.split("@");
    const held = saved.get(name) ? ` ${Number(day.slice(8))}=${saved.get(name)}` : "";
    lines.set(row, (lines.get(row) ?? row) + held);
  }
  return [...lines.values()].join("\n");
}

/* Totals */

function recount() {
  const days = new Map();
  let month = 0;
  const rows = [...table.querySelectorAll("tr[data-row]")].map((row) => [row, countRow(row, days)]);
  for (const [, total] of rows) month += total;
  for (const [row, total] of rows) {
    row.querySelector("[data-total]").textContent = hoursText(total);
    row.querySelector("[data-share]").textContent = shareText(total, month);
  }
  showDays(days);
  document.getElementById("month-total").textContent = hoursText(month);
  const rest = document.getElementById("rest");
  if (rest) rest.textContent = hoursText(Math.abs(Number(table.dataset.contract) - month));
  return { days, month };
}

function countRow(row, days) {
  let total = 0;
  [...row.cells].slice(1, -2).forEach((td, index) => {
    const input = td.querySelector("input");
    const minutes = minutesOf(input ? input.value : td.textContent.trim()) ?? 0;
    days.set(index, (days.get(index) ?? 0) + minutes);
    total += minutes;
  });
  return total;
}

function showDays(days) {
  const weeks = new Map();
  const contracts = table.querySelector("[data-contracts]").cells;
  table.querySelectorAll("[data-day]").forEach((td, index) => {
    const minutes = days.get(index) ?? 0;
    td.classList.toggle("over", minutes > minutesOf(contracts[index + 1].textContent));
    td.textContent = minutes ? hoursText(minutes) : "";
    const week = /\bw(\d)\b/.exec(td.className)[1];
    weeks.set(week, (weeks.get(week) ?? 0) + minutes);
  });
  for (const span of table.querySelectorAll("[data-week]")) {
    span.textContent = hoursText(weeks.get(span.dataset.week) ?? 0);
  }
}

function sayTotals(input) {
  const { days, month } = recount();
  const index = input.closest("td").cellIndex - 1;
  const day = document.getElementById(input.getAttribute("aria-labelledby").split(" ")[1]);
  live.textContent = `${day.getAttribute("aria-label")} : ${hoursText(days.get(index) ?? 0)} h. Mois : ${hoursText(month)} h.`;
}

/* Saving */

function saveSoon(delay) {
  clearTimeout(timer);
  timer = setTimeout(() => save(), delay);
}

function tell(state, text) {
  stateLine.dataset.state = state;
  stateLine.textContent = text;
}

/* Fields of one saving; a cell that is still being typed waits until it reads as hours. */
function fieldsOf(action) {
  const sent = toSend().filter((input) => input !== document.activeElement || minutesOf(input.value) !== null);
  const comments = notesToSend();
  const body = new URLSearchParams({ version: form.elements.version.value, action });
  body.set("shown", shownText(sent.map((input) => input.name)));
  for (const input of sent) body.set(input.name, input.value);
  for (const input of comments) {
    body.set(input.name, input.value);
    body.set(input.name.replace("note@", "was@"), savedNotes.get(input.name));
  }
  const isNeeded = sent.length + comments.length > 0 || action !== "save";
  return { body, isNeeded, texts: new Map([...sent, ...comments].map((input) => [input.name, input.value])) };
}

/* One saving at a time; a button that was pressed meanwhile, or offline, is obeyed afterwards. */
async function save(asked = "save") {
  if (asked !== "save") queued = asked;
  if (sending) {
    isStale = true;
    return;
  }
  const action = queued ?? "save";
  const { body, isNeeded, texts } = fieldsOf(action);
  if (!isNeeded) return;
  [sending, isStale, queued] = [true, false, null];
  tell("sending", "Enregistrement…");
  const isDone = await exchange(body, texts);
  sending = false;
  if (!isDone) {
    if (action !== "save") queued ??= action;
    clearTimeout(timer);
    timer = setTimeout(() => save(), RETRY_MS);
  } else if (isStale) {
    save();
  }
}

async function exchange(body, texts) {
  try {
    return await settle(await post(body), texts);
  } catch {
    tell("offline", OFFLINE);
    return false;
  }
}

/* A session that ended, or a newer one, is told by a redirection or by a token that is refused. */
async function post(body) {
  const answer = await send(body);
  if (answer.type !== "opaqueredirect" && answer.status !== 400) return answer;
  return (await renewToken()) ? send(body) : null;
}

function send(body) {
  const headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value };
  return fetch(form.dataset.cells, { method: "POST", headers, body, redirect: "manual", keepalive: true });
}

/* Whoever logged in again elsewhere has a new token: the page itself holds it. */
async function renewToken() {
  const page = await fetch(location.href, { redirect: "manual" });
  if (!page.ok) return false;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const token = fresh.querySelector("input[name=csrf_token]")?.value;
  if (token) form.elements.csrf_token.value = token;
  return Boolean(token);
}

/* Whether the server answered, be it a refusal: whoever is logged out tries again. */
async function settle(answer, texts) {
  if (answer === null || answer.type === "opaqueredirect") {
    tell("offline", LOGGED_OUT);
    return false;
  }
  if (answer.status === 503) {
    tell("offline", BUSY);
    return false;
  }
  const news = await answer.json();
  if (news.cells) show(news, texts);
  else tell("refused", `Refusé : ${news.message}`);
  return true;
}

/* What the server answered */

function show(news, texts) {
  form.elements.version.value = news.version;
  const problems = new Map(news.problems.map((problem) => [problem.name, problem]));
  for (const [name, input] of cells) showCell(input, news.cells[name] ?? 0, texts.get(name), problems.get(name));
  for (const [name, input] of notes) showNote(input, news.comments[name] ?? "", texts.get(name), problems.get(name));
  markProposed(new Set(news.proposed), new Set(news.waiting));
  document.getElementById("summary").innerHTML = news.summary;
  showProblems(news.problems);
  recount();
  if (!news.typable) tell("refused", CLOSED);
  else if (news.refusal) tell("refused", `Refusé : ${news.refusal}`);
  else if (news.problems.length) tell("refused", `Refusé : ${news.problems.map((one) => one.message).join(" ")}`);
  else tell("saved", news.message);
  if (toSend().length) saveSoon(WHILE_TYPING_MS);
}

/* A cell takes what the server holds, unless somebody went on typing in it, or it was refused. */
function showCell(input, minutes, sent, problem) {
  const wasChanged = isChanged(input);
  saved.set(input.name, minutes);
  if (problem) {
    refused.set(input.name, sent ?? input.value);
  } else if (sent === undefined ? !wasChanged : sent === input.value) {
    refused.delete(input.name);
    if (input !== document.activeElement || minutesOf(input.value) !== minutes) {
      input.value = minutes ? hoursText(minutes) : "";
    }
  }
  input.closest("td").classList.toggle("unsaved", isChanged(input));
}

/* A comment that somebody else wrote meanwhile is told, and both are kept: one here, one there. */
function showNote(input, text, sent, problem) {
  const wasChanged = input.value.trim() !== savedNotes.get(input.name);
  savedNotes.set(input.name, text);
  if (problem) refused.set(input.name, sent ?? input.value);
  else if (!wasChanged) input.value = text;
}

function markProposed(names, waiting) {
  for (const [name, input] of cells) {
    input.closest("td").classList.toggle("ask", names.has(name));
    if (names.has(name)) input.setAttribute("aria-describedby", "asked");
    else if (input.getAttribute("aria-describedby") === "asked") input.removeAttribute("aria-describedby");
  }
  for (const td of table.querySelectorAll("[data-day]")) td.classList.toggle("ask", waiting.has(td.dataset.day));
  for (const button of form.querySelectorAll("button[value^='confirm:']")) {
    const days = button.value.slice(8).split(" ").filter((day) => waiting.has(day));
    button.hidden = days.length === 0;
  }
  const count = document.getElementById("waiting");
  if (count) count.textContent = String(waiting.size);
}

function showProblems(problems) {
  for (const line of form.querySelectorAll("tr.cell-errors, .comments .field-errors")) line.remove();
  for (const input of [...cells.values(), ...notes.values()]) {
    input.closest("td, div").classList.remove("bad");
    input.removeAttribute("aria-invalid");
    if (input.getAttribute("aria-describedby")?.startsWith("e-")) input.removeAttribute("aria-describedby");
  }
  for (const problem of problems) showProblem(problem);
}

function showProblem(problem) {
  const input = cells.get(problem.name) ?? notes.get(problem.name);
  if (!input) return;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", `e-${problem.name}`);
  const row = input.closest("tr");
  const item = document.createElement(row ? "li" : "span");
  item.id = `e-${problem.name}`;
  item.textContent = `${problem.where} : ${problem.message}`;
  if (row) {
    input.closest("td").classList.add("bad");
    errorList(row).append(item);
  } else {
    item.className = "field-errors";
    input.after(item);
  }
}

function errorList(row) {
  if (!row.nextElementSibling?.matches(".cell-errors")) {
    const line = document.createElement("tr");
    line.className = "cell-errors";
    const td = line.insertCell();
    td.colSpan = row.cells.length;
    td.append(document.createElement("ul"));
    row.after(line);
  }
  return row.nextElementSibling.querySelector("ul");
}

/* What people do */

function restore(input) {
  input.value = saved.get(input.name) ? hoursText(saved.get(input.name)) : "";
  refused.delete(input.name);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.select();
}

function typed(event) {
  if (cells.get(event.target.name) !== event.target) return;
  refused.delete(event.target.name);
  event.target.closest("td").classList.toggle("unsaved", isChanged(event.target));
  recount();
  saveSoon(WHILE_TYPING_MS);
}

function left(event) {
  const input = event.target;
  if (cells.get(input.name) === input) {
    const minutes = minutesOf(input.value);
    if (minutes !== null) input.value = minutes ? hoursText(minutes) : "";
    sayTotals(input);
  }
  if (cells.has(input.name) || notes.has(input.name)) saveSoon(AFTER_LEAVING_MS);
}

/* Saving and confirming need no new page; all other buttons send the form as it is. */
function submitted(event) {
  const action = event.submitter?.value ?? "save";
  if (action === "save" || action.startsWith("confirm")) {
    event.preventDefault();
    clearTimeout(timer);
    save(action);
    return;
  }
  form.elements.shown.value = shownText(cells.keys());
  leaving = true;
}

readShown();
listenToKeys(table, restore);
form.addEventListener("input", typed);
form.addEventListener("change", left);
form.addEventListener("submit", submitted);
window.addEventListener("online", () => save());
window.addEventListener("pageshow", () => { leaving = false; });
window.addEventListener("beforeunload", (event) => {
  if (!leaving && hasUnsaved()) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save();
});
