// Nothing on the portal needs this file. It shows the buttons that only work with a script.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// Without the clipboard (an insecure address, an old browser) the text is marked instead, ready for Ctrl+C.
for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const status = document.querySelector("[data-copy-status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(text.textContent);
      status.textContent = "已复制";
    } catch {
      getSelection().selectAllChildren(text);
      status.textContent = "已选中，请按 Ctrl+C 复制";
    }
  });
}
