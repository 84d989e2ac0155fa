// The numbers of the first page come after the page: their charts are drawn once they are there.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "doudi-numbers") renderCharts();
});
