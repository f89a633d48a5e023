/* Moving in the grid by keyboard: arrows and Enter, copies from above and from the left. */

/** Listen to a table's keys; `restore` gives a cell back what it held. */
export function listenToKeys(table, restore) {
  table.addEventListener("focusin", (event) => {
    if (event.target.matches("input")) event.target.select();
  });
  table.addEventListener("keydown", (event) => {
    if (!event.target.matches("input") || event.isComposing) return;
    const act = actionOf(event, restore);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actionOf(event, restore) {
  const cell = event.target;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    if (event.key.toLowerCase() === "d") return () => copy(cell, above(cell));
    if (event.key.toLowerCase() === "r") return () => copy(cell, left(cell));
    return null;
  }
  if (event.altKey) return null;
  switch (event.key) {
    case "Escape": return () => restore(cell);
    case "Enter": return () => move(cell, event.shiftKey ? -1 : 1, 0);
    case "ArrowUp": return () => move(cell, -1, 0);
    case "ArrowDown": return () => move(cell, 1, 0);
    case "ArrowLeft": return atStart(cell) ? () => move(cell, 0, -1) : null;
    case "ArrowRight": return atEnd(cell) ? () => move(cell, 0, 1) : null;
    default: return null;
  }
}

function move(cell, down, right) {
  const next = neighbour(cell, down, right, (td) => visibleInput(td));
  if (next) visibleInput(next).focus();
}

function above(cell) {
  return neighbour(cell, -1, 0, (td) => td);
}

function left(cell) {
  return neighbour(cell, 0, -1, (td) => visibleInput(td));
}

/* The nearest cell in a direction that fits; lines of errors are stepped over. */
function neighbour(cell, down, right, fits) {
  let td = cell.closest("td");
  const column = td.cellIndex;
  for (;;) {
    if (right) td = right > 0 ? td.nextElementSibling : td.previousElementSibling;
    else td = lineBeside(td.parentElement, down)?.cells[column];
    if (!td || td.matches("th, .sum")) return null;
    if (fits(td)) return td;
  }
}

function lineBeside(line, down) {
  let next = line;
  do next = down > 0 ? next.nextElementSibling : next.previousElementSibling;
  while (next && !next.dataset.row);
  return next;
}

function visibleInput(td) {
  const input = td.querySelector("input");
  return input && input.offsetParent !== null ? input : null;
}

function copy(cell, source) {
  if (!source) return;
  const input = source.querySelector("input");
  cell.value = input ? input.value : source.textContent.trim();
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

function atStart(cell) {
  return cell.selectionStart === 0;
}

function atEnd(cell) {
  return cell.selectionEnd === cell.value.length;
}
