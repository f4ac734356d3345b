// Django's choosers (select2) put a search field without a name beside or below the select they stand for: it gets the select's.
// The select keeps its own label, so without this script nothing is missing.

function nameOf(select) {
  const label = select.labels[0];
  return (label ? label.textContent : select.name).trim().replace(/[:：]$/, "");
}

function name(select) {
  const container = select.nextElementSibling;
  if (!container || !container.matches(".select2-container")) return;
  for (const field of container.querySelectorAll(".select2-search__field")) field.setAttribute("aria-label", nameOf(select));
  const chosen = container.querySelector(".select2-selection--single");
  if (!chosen) return;
  const value = chosen.querySelector(".select2-selection__rendered");
  value.removeAttribute("role");
  value.removeAttribute("aria-readonly");
  chosen.removeAttribute("aria-labelledby");
  chosen.setAttribute("aria-label", [nameOf(select), value.textContent.trim()].filter(Boolean).join("："));
}

function nameAll() {
  document.querySelectorAll("select.select2-hidden-accessible").forEach(name);
  const open = document.querySelector(".select2-container--open .select2-dropdown .select2-search__field");
  const owner = document.querySelector("select.select2-hidden-accessible + .select2-container--open");
  if (open && owner) open.setAttribute("aria-label", nameOf(owner.previousElementSibling));
}

// The calendar and the clock beside a field are links around a picture, which get its name.
function nameShortcuts() {
  document.querySelectorAll(".datetimeshortcuts a > span[title]").forEach((icon) => {
    icon.parentElement.title = icon.title;
    icon.parentElement.setAttribute("aria-label", icon.title);
  });
}
document.addEventListener("formset:added", () => setTimeout(nameShortcuts));

// The magnifying glass before the filter of a list of choices has a label, and no role that may have one.
window.addEventListener("load", () => setTimeout(() => {
  nameShortcuts();
  document.querySelectorAll(".search-label-icon[aria-label]").forEach((icon) => icon.setAttribute("role", "img"));
}));

if (window.django && window.django.jQuery) {
  const $ = window.django.jQuery;
  $(() => setTimeout(nameAll));
  $(document).on("select2:open change", "select.select2-hidden-accessible", () => setTimeout(nameAll));
  document.addEventListener("formset:added", () => setTimeout(nameAll));
}
