// For those who listen to the page: boxes that scroll are named in Chinese, before SimpleBar finds its boxes,
// and the names of icons are not read out.
document.addEventListener("DOMContentLoaded", () => {
  if (window.SimpleBar) window.SimpleBar.defaultOptions.ariaLabel = "可滚动的内容";
  document.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.setAttribute("aria-hidden", "true"));
});
