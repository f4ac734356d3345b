// Small comforts of the desk. Nothing needs them.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = "已复制";
  });
}

// An open form tells that it is open, and hears who else is there.
const form = document.querySelector("[data-presence]");
if (form) {
  const address = form.dataset.presence;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const opened = document.querySelector("[name=_version]").value;
  const body = (more) => new URLSearchParams({ csrfmiddlewaretoken: token, ...more });
  let isSaving = false;

  const say = ({ others = [], version = opened }) => {
    const words = [];
    if (version !== opened) words.push("您打开之后，别人已经保存了新的内容。请先复制您改动的部分，再刷新本页。");
    if (others.length) words.push(`${others.join("、")} 起也打开了这条信息。`);
    form.textContent = words.join(" ");
    form.className = words.length ? "presence errornote" : "presence";
  };
  const beat = async () => {
    const answer = await fetch(address, { method: "POST", body: body({}) }).catch(() => null);
    if (answer?.ok) say(await answer.json());
  };
  setInterval(beat, 60_000);
  document.addEventListener("submit", () => { isSaving = true; });
  window.addEventListener("pagehide", () => {
    if (!isSaving) navigator.sendBeacon(address, body({ leaving: "1" }));
  });
}
