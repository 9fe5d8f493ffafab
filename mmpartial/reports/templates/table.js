"use strict";
// Tables: their rows are JSON, and are drawn in chunks as somebody scrolls.
const CHUNK = 100;
const collator = new Intl.Collator("en", { numeric: true });

function make(tag, kind, text) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text; // never as HTML
  return element;
}

function formatter(column) {
  return new Intl.NumberFormat("en", {
    style: column.kind === "percent" ? "percent" : "decimal",
    minimumFractionDigits: column.digits,
    maximumFractionDigits: column.digits,
  });
}

function statesBar(numbers) {
  const bar = make("div", "bar");
  const kinds = ["plus", "minus", "unknown"];
  numbers.forEach((number, place) => {
    const part = make("span", kinds[place]);
    part.style.flexGrow = number;
    if (number) bar.append(part);
  });
  const [plus, minus, unknown] = numbers.map((number) => number.toLocaleString("en"));
  bar.title = `+ ${plus}   \u2212 ${minus}   ? ${unknown}`;
  return bar;
}

function cell(column, value) {
  const element = make("td", column.kind);
  if (value === null) return element;
  if (column.kind === "states") element.append(statesBar(value));
  else element.textContent = column.kind === "text" ? value : column.formatter.format(value);
  return element;
}

function sortKey(column, value) {
  if (column.kind !== "states" || value === null) return value;
  const total = value[0] + value[1] + value[2];
  return total ? value[0] / total : 0;
}

function compare(column, place, direction) {
  return (one, other) => {
    const a = sortKey(column, one[place]);
    const b = sortKey(column, other[place]);
    if (a === null || b === null) return (a === null) - (b === null); // blanks are last
    return direction * (column.kind === "text" ? collator.compare(a, b) : a - b);
  };
}

function start(box) {
  const { columns, rows } = JSON.parse(box.querySelector("script").textContent);
  columns.forEach((column) => (column.formatter = formatter(column)));
  const texts = columns.flatMap((column, place) => (column.kind === "text" ? [place] : []));
  const words = rows.map((row) => texts.map((place) => row[place] ?? "").join("\n").toLowerCase());
  const numberOf = new Map(rows.map((row, number) => [row, number]));
  const [scroll, body, filter] = [".scroll", "tbody", "input"].map((s) => box.querySelector(s));
  let shown = rows;
  let drawn = 0;
  let sorted = null; // place and direction

  function drawMore() {
    for (const row of shown.slice(drawn, drawn + CHUNK)) {
      const line = make("tr");
      columns.forEach((column, place) => line.append(cell(column, row[place])));
      body.append(line);
    }
    drawn = Math.min(drawn + CHUNK, shown.length);
  }

  function update() {
    const wanted = filter.value.trim().toLowerCase();
    shown = rows.filter((row) => words[numberOf.get(row)].includes(wanted));
    if (sorted) shown.sort(compare(columns[sorted.place], sorted.place, sorted.direction));
    const all = `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"}`;
    const some = `${shown.length.toLocaleString("en")} of ${all}`;
    box.querySelector(".count").textContent = shown.length === rows.length ? all : some;
    body.replaceChildren();
    drawn = 0;
    scroll.scrollTop = 0;
    drawMore();
  }

  const head = make("tr");
  columns.forEach((column, place) => {
    const title = make("th", column.kind);
    const button = make("button", "", column.name);
    button.addEventListener("click", () => {
      const first = column.kind === "text" ? 1 : -1; // numbers begin with the largest
      sorted = { place, direction: sorted?.place === place ? -sorted.direction : first };
      head.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      title.setAttribute("aria-sort", sorted.direction === 1 ? "ascending" : "descending");
      update();
    });
    title.append(button);
    head.append(title);
  });
  box.querySelector("thead").append(head);
  box.querySelector(".tools").hidden = rows.length <= 10;
  filter.addEventListener("input", update);
  scroll.addEventListener("scroll", () => {
    if (scroll.scrollTop + 2 * scroll.clientHeight > scroll.scrollHeight) drawMore();
  });
  update();
}

document.querySelectorAll(".table").forEach(start);
