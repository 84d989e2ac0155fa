// Adds and removes rows of a form. A row is copied from its <template>, with the next number in its names.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.add !== undefined) {
    const prefix = button.dataset.add;
    const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
    const most = document.getElementById(`id_${prefix}-MAX_NUM_FORMS`);
    if (Number(total.value) >= Number(most.value)) return;
    const template = document.querySelector(`template[data-row="${prefix}"]`);
    const html = template.innerHTML.replaceAll(`${prefix}-__prefix__`, `${prefix}-${total.value}`);
    document.querySelector(`[data-rows="${prefix}"]`).insertAdjacentHTML("beforeend", html);
    total.value = Number(total.value) + 1;
  }
  if (button.dataset.remove !== undefined) {
    const row = button.closest("[data-row-of]");
    const mark = row.querySelector('input[name$="-DELETE"]');
    if (mark) mark.value = "on";
    else row.querySelectorAll("input").forEach((input) => { input.value = ""; });
    row.hidden = true;
  }
});
