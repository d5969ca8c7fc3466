// What the pages cannot say in HTML: the live lamp, the theme switch without a reload, the chart's read-out.
(() => {
  const root = document.documentElement;

  document.addEventListener("htmx:sse:after:connection", () => {
    root.dataset.live = "on";
  });
  for (const name of ["htmx:sse:error", "htmx:sse:close"]) {
    document.addEventListener(name, (event) => {
      root.dataset.live = "off";
      // The session has ended: the sign-in page says so better than a page that stands still.
      if (event.detail?.status === 401) location.reload();
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]")) return;
    event.preventDefault();
    const theme = event.submitter.value;
    root.dataset.theme = theme;
    for (const button of form.querySelectorAll("button")) {
      button.hidden = button.dataset.shownIn !== theme;
      if (!button.hidden) button.focus();
    }
    fetch(form.action, { method: "POST", body: new URLSearchParams({ theme }) }).catch(() => {});
  });

  // The chart is replaced once a second, so its listeners stand on the document.
  document.addEventListener("pointerover", (event) => {
    const slot = event.target.closest?.("[data-readout]");
    const readout = document.querySelector(".readout");
    if (!readout) return;
    readout.hidden = !slot;
    if (!slot) return;
    readout.textContent = slot.dataset.readout;
    const frame = readout.parentElement.getBoundingClientRect();
    const place = slot.getBoundingClientRect();
    const left = place.right - frame.left + 8;
    const fits = left + readout.offsetWidth < frame.width;
    readout.style.left = `${fits ? left : place.left - frame.left - readout.offsetWidth - 8}px`;
  });
})();
