// What every page does a little better with a script. Without it everything still works: links, forms, <details>.

const dialog = document.getElementById("dialog");

// -- Menus close when one taps elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
});

// -- Controls that need a script show themselves only when there is one.
function wake(root) {
  for (const button of root.querySelectorAll("[data-dismiss], [data-back], [data-needs-script]")) button.hidden = false;
}
wake(document);

// -- On a phone the row of tabs begins with the one that is open.
for (const tab of document.querySelectorAll(".tabs [aria-current], .queues [aria-current]")) {
  const row = tab.closest(".tabs, .queues");
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - 48;
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-dismiss], [data-back], [data-close], [data-print], [data-fill-date], [data-check-all]");
  if (!target) return;
  if (target.matches("[data-dismiss]")) target.closest(".notice").remove();
  if (target.matches("[data-back]")) history.back();
  if (target.matches("[data-close]")) { event.preventDefault(); dialog.close(); }
  if (target.matches("[data-print]")) window.print();
  if (target.matches("[data-fill-date]")) {
    const input = target.closest(".field").querySelector("input[type=date]");
    const day = new Date();
    day.setDate(day.getDate() + Number(target.dataset.fillDate));
    const pad = (number) => String(number).padStart(2, "0");
    input.value = `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (target.matches("[data-check-all]")) {
    for (const box of target.closest("form").querySelectorAll("input[name=pk]")) box.checked = target.checked;
    countChecked(target.closest("form"));
  }
});

// -- Batch: say how many are ticked.
function countChecked(form) {
  const shown = form.querySelector("[data-checked-count]");
  if (shown) shown.textContent = form.querySelectorAll("input[name=pk]:checked").length;
}
document.addEventListener("change", (event) => {
  if (event.target.matches("input[name=pk]")) countChecked(event.target.form);
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

// -- One tap, one request: a form is sent once, its button says so. Before htmx, which would queue a second tap.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
  // The browser's own page for this would take the place of what was typed, and of the photos.
  if (navigator.onLine === false) { stop(); sayOffline(); return; }
  if (form.dataset.sent) { stop(); return; }
  form.dataset.sent = "1";
  // After the browser has read the pressed button's name and value.
  setTimeout(() => { for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true"); });
}, true);
function release(root) {
  for (const form of root.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}
// A page that comes back from the browser's memory must be usable again.
window.addEventListener("pageshow", (event) => { if (event.persisted) release(document); });

// -- Forms of a move open in a dialog over the record.
document.body.addEventListener("htmx:afterSwap", (event) => {
  wake(event.detail.target);
  if (event.detail.target === dialog && !dialog.open) {
    dialog.showModal();
    const first = dialog.querySelector(".errors ~ input, textarea, input:not([type=hidden]), select");
    if (first) first.focus();
  }
});
document.body.addEventListener("htmx:afterRequest", (event) => { if (!event.detail.successful) release(document); });
document.body.addEventListener("htmx:sendError", sayOffline);
function sayOffline() {
  // A dialog covers the page's own messages.
  const box = dialog?.open ? dialog.querySelector(".dialog-body") : document.getElementById("messages");
  if (!box) return;
  box.querySelector("[data-offline]")?.remove();
  const line = document.createElement("div");
  line.className = "notice notice-warning";
  line.dataset.offline = "1";
  line.setAttribute("role", "alert");
  line.textContent = document.documentElement.lang === "en"
    ? "No connection. What you typed is still here; try again when you are online."
    : "网络不通，您填写的内容仍在本页，联网后请再试一次。";
  box.prepend(line);
  line.scrollIntoView({ block: "center" });
}
window.addEventListener("online", () => {
  for (const line of document.querySelectorAll("[data-offline]")) line.remove();
});
if (dialog) dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

// -- Money and long texts keep count.
document.addEventListener("input", (event) => {
  const counter = event.target.closest(".field")?.querySelector("[data-count]");
  if (counter) counter.textContent = event.target.value.trim().length;
});

// -- A repeated group of inputs (obligations): rows not yet needed wait behind "one more".
for (const row of document.querySelectorAll(".duty[data-extra]")) row.hidden = true;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-one-more]");
  if (!button) return;
  const rows = button.closest("form").querySelectorAll(".duty[hidden]");
  if (rows.length) { rows[0].hidden = false; rows[0].querySelector("select, input")?.focus(); }
  if (rows.length <= 1) button.hidden = true;
});
