// The report form on a weak network: what is typed is kept on this phone until the number is there.

const form = document.getElementById("report");
const done = document.querySelector("[data-draft-done]");

if (done) localStorage.removeItem(done.dataset.draftDone);
if (form) {
  const key = form.dataset.draft;
  const note = document.getElementById("draft-note");
  const kept = ["category", "description", "place", "place_text", "self_handled", "limit_on", "people_count", "urgency", "source", "client_uuid"];

  const read = () => { try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; } };
  const say = () => {
    const data = new FormData(form);
    const draft = {};
    for (const name of kept) if (data.get(name)) draft[name] = data.get(name);
    if ((draft.description || "").trim()) localStorage.setItem(key, JSON.stringify(draft));
  };
  const fill = (draft) => {
    for (const [name, value] of Object.entries(draft)) {
      for (const input of form.querySelectorAll(`[name="${name}"]`)) {
        if (input.type === "radio") input.checked = input.value === value;
        else if (input.type === "checkbox") input.checked = Boolean(value);
        else input.value = value;
      }
    }
    show();
  };

  // Restore only into an untouched form: what came back from the server is newer than the draft.
  const draft = read();
  const description = form.elements.description;
  if (draft && !description.value.trim() && !document.querySelector(".errors")) {
    fill(draft);
    note.hidden = false;
  }
  form.addEventListener("input", say);
  form.addEventListener("change", () => { say(); show(); ask(); });
  document.querySelector("[data-draft-clear]")?.addEventListener("click", () => {
    localStorage.removeItem(key);
    location.reload();
  });

  // The chosen kind is written on its class, and the class closes: one screen stays one screen.
  function show() {
    const chosen = form.querySelector("input[name=category]:checked");
    for (const group of form.querySelectorAll(".class-of")) {
      const inside = chosen && group.querySelector(`input[value="${chosen.value}"]`);
      group.querySelector(".chosen").textContent = inside ? chosen.dataset.name : "";
    }
  }
  form.addEventListener("change", (event) => {
    if (event.target.name === "category") {
      for (const other of form.querySelectorAll("input[name=category]")) {
        if (other !== event.target) other.checked = false;
      }
      event.target.checked = true;
      event.target.closest("details")?.removeAttribute("open");
      show();
    }
  });
  show();

  // Ask for reports of the same kind in the same village as soon as both are known.
  let asked = "";
  function ask() {
    const place = form.querySelector("input[name=place]:checked");
    const category = form.querySelector("input[name=category]:checked");
    if (!place || !category) return;
    const query = new URLSearchParams({ place: place.value, category: category.value }).toString();
    if (query === asked) return;
    asked = query;
    window.htmx?.ajax("GET", `${form.dataset.similar}?${query}`, { target: "#similar", swap: "innerHTML" });
  }
  window.addEventListener("load", ask);

  // Where I stand, when I say so; never otherwise.
  const locate = document.getElementById("locate");
  const text = locate?.querySelector("[data-locate-text]");
  if (locate && !("geolocation" in navigator)) locate.remove();
  locate?.addEventListener("click", () => {
    locate.setAttribute("aria-disabled", "true");
    navigator.geolocation.getCurrentPosition(
      (position) => {
        form.elements.latitude.value = position.coords.latitude.toFixed(6);
        form.elements.longitude.value = position.coords.longitude.toFixed(6);
        text.textContent = text.dataset.found;
        locate.removeAttribute("aria-disabled");
      },
      () => { text.textContent = text.dataset.lost; locate.removeAttribute("aria-disabled"); },
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  });
}
