// Leaving a form that was changed asks first, and a form that can be kept is kept every half minute. Without this file the form
// is sent as any other; what was typed is then lost only where the browser itself loses it.
const EVERY = 30_000; // milliseconds
const LAST_WORDS = 60_000; // characters a browser still sends of a page that is going away
const IGNORED = new Set(["csrfmiddlewaretoken"]);

function typed(form) {
  const words = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!IGNORED.has(name)) words.append(name, typeof value === "string" ? value : value.name);
  }
  return words.toString();
}

function watch(form) {
  const place = form.querySelector("[data-keep]");
  const note = place?.querySelector(".kept-note");
  let opened = null; // what the form said before anybody touched it; the editor has put it in order by then
  let kept = null;
  let isSaving = false;
  const isUnsaved = place?.hasAttribute("data-restored") || place?.hasAttribute("data-unsaved");

  const sent = typed(form); // as it came; a field that was filled in without key or pointer is held against this
  const begin = (event) => {
    isSaving = false;
    if (opened !== null) return;
    if (isUnsaved) opened = "";
    else opened = event?.type === "input" || event?.type === "change" ? sent : typed(form);
  };
  for (const kind of ["pointerdown", "keydown", "focusin", "input", "change"]) form.addEventListener(kind, begin, true);
  const isChanged = () => !isSaving && opened !== null && typed(form) !== opened;
  if (isUnsaved) begin();

  form.addEventListener("submit", () => { isSaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged()) event.preventDefault();
  });
  if (!place) return;

  const keep = async (isLast) => {
    const now = typed(form);
    if (!isChanged() || now === kept || (isLast && now.length > LAST_WORDS)) return;
    const body = new URLSearchParams(now);
    body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.set("_kept_object", place.dataset.object);
    const answer = await fetch(place.dataset.keep, { method: "POST", body, keepalive: isLast }).catch(() => null);
    const said = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
    if (answer?.ok) {
      kept = now;
      note.textContent = `${said.kept_at} 已自动留存（只有您看得到，还没有保存）。`;
    } else {
      note.textContent = `${said.ended || "刚才没能自动留存。"}请不要关闭本页，先保存或者复制您写的内容。`;
    }
    note.classList.toggle("errornote", !answer?.ok);
  };
  setInterval(() => keep(false), EVERY);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
}

for (const form of document.querySelectorAll("#content form[method=post]:not(#logout-form)")) watch(form);
