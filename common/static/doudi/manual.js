// The entry of a claim from papers: live sums, a check of each line's parts, rows pasted from a spreadsheet.
(() => {
  const PARTS = ["in_scope_fen", "upfront_fen", "over_limit_fen", "excluded_fen"];
  const COLUMNS = ["item_name", "amount_fen", ...PARTS];
  const body = document.querySelector('[data-rows="lines"]');
  const total = document.getElementById("id_total_fen");
  if (!body || !total) return;

  // Cents as integers: no sum of decimals.
  const cents = (text) => {
    const found = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text.replace(/[,，\s]/g, ""));
    return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : 0;
  };
  const yuan = (value) => {
    const whole = String(Math.floor(value / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
    return `${whole}.${String(value % 100).padStart(2, "0")}`;
  };
  const cell = (row, name) => row.querySelector(`input[name$="-${name}"]`);
  const value = (row, name) => cents(cell(row, name)?.value || "");

  const check = () => {
    const sums = Object.fromEntries(["amount_fen", ...PARTS].map((name) => [name, 0]));
    for (const row of body.querySelectorAll("tr:not([hidden])")) {
      for (const name of Object.keys(sums)) sums[name] += value(row, name);
      const parts = PARTS.reduce((sum, name) => sum + value(row, name), 0);
      cell(row, "amount_fen")?.closest("td").classList.toggle("doudi-field-wrong", parts !== value(row, "amount_fen"));
    }
    for (const name of Object.keys(sums)) document.querySelector(`[data-sum="${name}"]`).textContent = yuan(sums[name]);
    const missing = cents(total.value) - sums.amount_fen;
    const state = document.querySelector("[data-state]");
    state.textContent = missing === 0 ? "与发票总额一致" : `与发票总额相差 ${missing < 0 ? "-" : ""}${yuan(Math.abs(missing))}`;
    state.classList.toggle("doudi-field-error", missing !== 0);
  };

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    const rows = text.replace(/\r/g, "").split("\n").filter((line) => line.trim());
    const first = COLUMNS.findIndex((name) => event.target.name?.endsWith(`-${name}`));
    if (first < 0 || (rows.length < 2 && !text.includes("\t"))) return;
    event.preventDefault();
    let row = event.target.closest("tr");
    for (const [index, line] of rows.entries()) {
      if (index > 0) {
        if (!row.nextElementSibling) document.querySelector('[data-add="lines"]').click();
        row = row.nextElementSibling;
        if (!row) break;
      }
      line.split("\t").forEach((part, offset) => {
        const input = COLUMNS[first + offset] && cell(row, COLUMNS[first + offset]);
        if (input) input.value = part.trim();
      });
    }
    check();
  });
  document.addEventListener("input", check);
  document.addEventListener("click", () => setTimeout(check));
  check();
})();
