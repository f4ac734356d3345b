// Reading a document aloud with the voices of the reader's own device. Nothing needs this file.
const speech = window.speechSynthesis;
const button = document.querySelector("[data-read-aloud]");
const stopButton = document.querySelector("[data-read-stop]");
const status = document.querySelector("[data-read-status]");
const LONGEST = 120; // characters said in one piece: some browsers fall silent in long ones

// What is read: the title, then every block of the text. A row of a table is read as its cells.
const blocks = () => {
  const found = [document.querySelector(".document__head h1")];
  for (const body of document.querySelectorAll("[data-aloud]")) {
    for (const block of body.querySelectorAll("h2, h3, h4, h5, p, li, tr, figcaption, caption, pre")) {
      if (!block.querySelector("p, li, tr")) found.push(block);
    }
  }
  return found.filter((block) => block && block.textContent.trim());
};

const wordsOf = (block) =>
  (block.matches("tr") ? [...block.cells].map((cell) => cell.textContent.trim()).join("，") : block.textContent)
    .replace(/\s+/g, " ")
    .trim();

const inPieces = (words) => {
  const pieces = [""];
  for (const part of words.match(/[^。！？；，：、!?;,]+[。！？；，：、!?;,]*|[。！？；，：、!?;,]+/g) ?? []) {
    for (let start = 0; start < part.length; start += LONGEST) {
      const some = part.slice(start, start + LONGEST);
      if (pieces.at(-1).length + some.length > LONGEST) pieces.push("");
      pieces[pieces.length - 1] += some;
    }
  }
  return pieces.filter(Boolean);
};

// One on the device itself before one that sends the text elsewhere.
const chineseVoice = () => {
  const voices = speech.getVoices().filter((voice) => /^(zh|cmn)\b/i.test(voice.lang.replace("_", "-")));
  const rank = (voice) => (/cn/i.test(voice.lang) ? 0 : 2) + (voice.localService ? 0 : 1);
  return voices.sort((one, other) => rank(one) - rank(other))[0];
};

let queue = [];
let place = 0;
let state = "silent";
let turn = 0;
let marked = null; // the block that is being read

const mark = (block) => {
  marked?.classList.remove("is-read-aloud");
  marked = block;
  if (!block) return;
  block.classList.add("is-read-aloud");
  const box = block.getBoundingClientRect();
  if (box.top < 0 || box.bottom > window.innerHeight) block.scrollIntoView({ block: "center" });
};

const show = (next, words) => {
  state = next;
  button.textContent = { silent: "朗读", reading: "暂停朗读", paused: "继续朗读" }[next];
  stopButton.hidden = next === "silent";
  status.textContent = words;
};

const end = (words) => {
  turn += 1;
  speech.cancel();
  if (document.activeElement === stopButton) button.focus();
  mark(null);
  show("silent", words);
};

// Each piece begins the next. `turn` tells the end of a piece from its being cut off by a pause.
const speak = () => {
  const mine = (turn += 1);
  if (place >= queue.length) return end("朗读结束");
  const { block, words } = queue[place];
  const piece = new SpeechSynthesisUtterance(words);
  piece.lang = "zh-CN";
  piece.voice = chineseVoice() ?? null;
  piece.addEventListener("end", () => {
    if (mine !== turn) return;
    place += 1;
    speak();
  });
  piece.addEventListener("error", () => {
    if (mine === turn) end("这台设备不能朗读，可以改用读屏软件");
  });
  if (block !== marked) mark(block);
  speech.speak(piece);
};

// A pause cuts the piece off and says it again: telephones do not know how to pause.
const pause = () => {
  turn += 1;
  speech.cancel();
  show("paused", "已暂停");
};

const begin = () => {
  const voices = speech.getVoices();
  if (voices.length && !chineseVoice()) return show("silent", "这台设备没有中文语音，可以在系统设置里添加");
  if (state === "silent") {
    queue = blocks().flatMap((block) => inPieces(wordsOf(block)).map((words) => ({ block, words })));
    place = 0;
  }
  show("reading", place ? "继续朗读" : "正在朗读");
  speech.cancel();
  speak();
};

if (speech && button && window.SpeechSynthesisUtterance) {
  button.hidden = false;
  button.addEventListener("click", () => (state === "reading" ? pause() : begin()));
  stopButton.addEventListener("click", () => end("朗读已停止"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state !== "silent") end("朗读已停止");
  });
  addEventListener("pagehide", () => speech.cancel());
}
