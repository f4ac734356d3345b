// The log-in in the other tab has renewed the token of all forms; the cookie has the new one. Without this file the form is
// answered by a page that has it, and is sent once more.
for (const form of document.querySelectorAll("[data-kept]")) {
  form.addEventListener("submit", () => {
    const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];
    if (token) form.querySelector("[name=csrfmiddlewaretoken]").value = token;
  });
}
