// For those who listen to the page: boxes that scroll are named in Chinese, before SimpleBar finds its boxes,
// the names of icons are not read out, the content is the main part, and what only the mouse opened is a button.
document.addEventListener("DOMContentLoaded", () => {
  if (window.SimpleBar) window.SimpleBar.defaultOptions.ariaLabel = "可滚动的内容";
  document.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.setAttribute("aria-hidden", "true"));
  document.getElementById("content")?.setAttribute("role", "main");
  document.querySelectorAll("#header-inner span[x-on\\:click]").forEach((toggle) => {
    toggle.removeAttribute("aria-hidden");
    toggle.setAttribute("role", "button");
    toggle.setAttribute("tabindex", "0");
    toggle.setAttribute("aria-label", "展开或收起导航");
    toggle.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle.click();
    });
  });
});
