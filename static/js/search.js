// Titles to choose from under a search box while typing. Nothing needs this file: every search works without it.
for (const input of document.querySelectorAll("[data-suggestions]")) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-titles`;
  input.after(list);
  input.setAttribute("list", list.id);
  let waiting, running;

  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const address = new URL(input.dataset.suggestions, document.baseURI);
    address.searchParams.set("q", input.value.trim());
    try {
      const answer = await fetch(address, { signal: running.signal });
      const { titles } = answer.ok ? await answer.json() : { titles: [] };
      list.replaceChildren(...titles.map((title) => new Option(title, title)));
    } catch {
      // No suggestions then.
    }
  };

  // Not while characters are being put together: half a pinyin is no word.
  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing && input.value.trim().length > 1) waiting = setTimeout(ask, 250);
  });
  input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input")));
}
