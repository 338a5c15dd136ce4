"use strict";
const files = document.querySelectorAll("main > article");
const tabs = document.querySelectorAll("nav button");
function show(number) {
  files.forEach((file, at) => { file.hidden = at !== number; });
  tabs.forEach((tab, at) => { tab.classList.toggle("on", at === number); });
}
tabs.forEach((tab, at) => tab.addEventListener("click", () => show(at)));
// A link to a line opens its file.
function follow() {
  const row = location.hash && document.getElementById(location.hash.slice(1));
  if (row) { show([...files].indexOf(row.closest("article"))); row.scrollIntoView({ block: "center" }); }
}
addEventListener("hashchange", follow);
for (const table of document.querySelectorAll("table.hot")) {
  table.querySelectorAll("th").forEach((head, column) => head.addEventListener("click", () => {
    const body = table.tBodies[0];
    const key = (row) => row.cells[column].dataset.key;
    const falls = head.dataset.falls !== "1";
    head.dataset.falls = falls ? "1" : "0";
    const order = (a, b) => (isNaN(key(a)) ? key(a).localeCompare(key(b)) : key(b) - key(a)) * (falls ? 1 : -1);
    body.append(...[...body.rows].sort(order));
  }));
}
if (files.length) { show(0); }
follow();
