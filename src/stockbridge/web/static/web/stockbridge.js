// What the pages do by themselves: ask before dangerous acts, select rows, say failures.
(function () {
  "use strict";

  // --- ask first: data-confirm="…" on a button or a form, hx-confirm on htmx elements
  function ask(question, onYes) {
    const dialog = document.getElementById("confirm");
    if (!dialog) {
      if (window.confirm(question)) onYes();
      return;
    }
    dialog.querySelector("#confirm-text").textContent = question;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && onYes(), { once: true });
    dialog.showModal();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (!question || form.dataset.confirmed) {
      delete form.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(question, () => {
      form.dataset.confirmed = "yes";
      form.requestSubmit(button || undefined);
    });
  }, true);

  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, () => event.detail.issueRequest(true));
  });

  // --- a new company's days begin where its browser is
  const zone = document.querySelector("select[data-own-zone]");
  const own = zone && Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (own && [...zone.options].some((option) => option.value === own)) zone.value = own;

  // --- rows: one, all of the page, all of every page
  function renewSelection(form) {
    const everything = form.querySelector("[data-select-everything]");
    const all = Boolean(everything && everything.checked);
    const boxes = [...form.querySelectorAll("tbody input[name=selection]")];
    const head = form.querySelector("[data-select-page]");
    for (const box of boxes) {
      if (all) box.checked = true;
      box.disabled = all;
      box.closest("tr").classList.toggle("table-active", box.checked);
    }
    const chosen = boxes.filter((box) => box.checked).length;
    if (head) {
      head.checked = boxes.length > 0 && chosen === boxes.length;
      head.indeterminate = chosen > 0 && chosen < boxes.length;
      head.disabled = all;
    }
    const count = form.querySelector("[data-selected-count]");
    if (count) count.textContent = all ? everything.dataset.count : String(chosen);
    for (const button of form.querySelectorAll("[data-needs-selection]")) {
      button.disabled = !all && chosen === 0;
    }
    form.classList.toggle("has-selection", all || chosen > 0);
  }

  function renewSelections(root) {
    for (const form of root.querySelectorAll("form[data-selection]")) renewSelection(form);
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-submit-on-change]")) {
      box.form.requestSubmit();
      return;
    }
    const form = box.closest("form[data-selection]");
    if (!form) return;
    if (box.matches("[data-select-page]")) {
      for (const one of form.querySelectorAll("tbody input[name=selection]")) one.checked = box.checked;
    }
    if (box.matches("[data-select-everything]") && !box.checked) {
      for (const one of form.querySelectorAll("tbody input[name=selection]")) one.checked = false;
    }
    renewSelection(form);
  });

  document.addEventListener("DOMContentLoaded", () => renewSelections(document));
  window.addEventListener("pageshow", () => renewSelections(document));
  document.addEventListener("htmx:afterSettle", () => renewSelections(document));

  // --- copy what is shown once
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    const text = "value" in source ? source.value : source.textContent;
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text.trim());
    } else {
      source.select();
      document.execCommand("copy");
    }
    if (button.dataset.copied) button.querySelector("[data-copy-text]").textContent = button.dataset.copied;
  });

  // --- what the server could not do is said, not swallowed
  function complain() {
    const region = document.getElementById("messages");
    if (!region) return;
    const box = document.createElement("div");
    box.className = "alert alert-danger";
    box.setAttribute("role", "alert");
    box.textContent = document.body.dataset.errorText;
    region.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("htmx:responseError", complain);
  document.addEventListener("htmx:sendError", complain);

  // --- addresses stay short: what is not filled in is not sent
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    for (const [name, value] of [...event.detail.formData.entries()]) {
      if (value === "") event.detail.formData.delete(name);
    }
  });

  // The rows are busy while they are renewed.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const target = event.detail.target;
    if (target && target.classList.contains("table-rows")) target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const target = event.detail.target;
    if (target && target.classList.contains("table-rows")) target.removeAttribute("aria-busy");
  });
})();
