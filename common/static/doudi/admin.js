// Boxes that scroll are named in Chinese for those who listen to the page; before SimpleBar finds its boxes.
document.addEventListener("DOMContentLoaded", () => {
  if (window.SimpleBar) window.SimpleBar.defaultOptions.ariaLabel = "可滚动的内容";
});
