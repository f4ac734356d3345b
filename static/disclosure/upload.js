// A form with a chosen file says how far the upload is. Without this file the form is sent as any other.
const SHOWN_FROM = 300_000; // bytes; less is sent before anybody could read a word about it

function chosenBytes(form) {
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  return files.reduce((sum, file) => sum + file.size, 0);
}

function megabytes(bytes) {
  return (bytes / 1_000_000).toFixed(1);
}

function showBar(form) {
  const place = document.createElement("div");
  place.className = "upload-progress";
  place.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  const words = document.createElement("span");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.textContent = "停止上传";
  place.append(bar, words, stop);
  form.append(place);
  place.scrollIntoView({ block: "nearest" });
  return { place, bar, words, stop };
}

// What the server found wrong, above the form as it stands: nothing typed and no chosen file is lost.
function showErrors(form, page) {
  for (const old of form.querySelectorAll(".upload-errors")) old.remove();
  const place = document.createElement("div");
  place.className = "upload-errors";
  for (const note of page.querySelectorAll(".errornote")) place.append(document.importNode(note, true));
  for (const found of page.querySelectorAll("ul.errorlist")) {
    const row = found.closest(".form-row, td, fieldset");
    const label = row?.querySelector("label")?.textContent.trim() || "";
    const list = document.importNode(found, true);
    if (label) list.prepend(Object.assign(document.createElement("li"), { textContent: label }));
    place.append(list);
  }
  const collision = page.querySelector(".collision");
  if (collision) place.append(document.importNode(collision, true));
  const version = page.querySelector("[name=_version]");
  if (version) form.querySelector("[name=_version]").value = version.value;
  form.prepend(place);
  place.scrollIntoView({ block: "start" });
  return place.childElementCount;
}

function send(form, submitter) {
  const { place, bar, words, stop } = showBar(form);
  const buttons = form.querySelectorAll("input[type=submit], button[type=submit]");
  const data = new FormData(form, submitter);
  const request = new XMLHttpRequest();
  const giveUp = (message) => {
    words.textContent = message;
    stop.remove();
    bar.remove();
    for (const button of buttons) button.disabled = false;
  };
  for (const button of buttons) button.disabled = true;
  request.open("POST", form.action || location.href);
  request.setRequestHeader("X-Upload", "1"); // the answer then names the next page instead of sending the request there
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    words.textContent = event.loaded < event.total
      ? `已上传 ${megabytes(event.loaded)} / ${megabytes(event.total)} MB`
      : "上传完毕，正在检查和保存……";
  });
  request.addEventListener("load", () => {
    const isPage = (request.getResponseHeader("Content-Type") || "").startsWith("text/html");
    if (request.status === 200 && !isPage) {
      location.assign(JSON.parse(request.responseText).location);
    } else if (request.status === 413) { // from the server in front as well, whatever it says
      giveUp("没有保存：一次提交的内容太大。填写的内容都还在，请把文件缩小、拆分，或者分几次上传。");
    } else if (isPage) {
      const count = showErrors(form, new DOMParser().parseFromString(request.responseText, "text/html"));
      giveUp(count ? "没有保存，请看上面的说明。填写的内容和选择的文件都还在。" : "没有保存，请稍后再试。填写的内容都还在。");
    } else {
      giveUp("没有保存，请稍后再试。填写的内容都还在。");
    }
  });
  request.addEventListener("error", () => giveUp("上传中断，填写的内容都还在。请检查网络后再点一次保存。"));
  request.addEventListener("abort", () => giveUp("已停止上传，填写的内容都还在。"));
  stop.addEventListener("click", () => request.abort());
  request.send(data);
  place.dataset.sending = "";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.enctype !== "multipart/form-data" || chosenBytes(form) < SHOWN_FROM) return;
  event.preventDefault();
  for (const old of form.querySelectorAll(".upload-progress")) old.remove();
  send(form, event.submitter);
});
