// Set the theme before anything is painted: the one chosen (the server wrote it), else what the system prefers.
(function () {
  var root = document.documentElement;
  if (root.dataset.themeChoice !== "auto") return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  follow();
  if (dark.addEventListener) dark.addEventListener("change", follow);
})();
