// A small modal form. It hangs on <body>, because a form cannot stand inside the page's own form.

const make = (tag, properties = {}, children = []) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

let serial = 0

const fieldRow = (name, { label, help, options, ...attributes }, value) => {
  const id = `rich-text-${(serial += 1)}`
  const choices = options?.map(([key, text]) => make("option", { value: key, textContent: text, selected: key === value }))
  const input = choices ? make("select", { id, name }, choices) : make("input", { id, name, ...attributes })
  if (attributes.type === "checkbox") input.checked = Boolean(value)
  else if (!choices) input.value = value ?? ""
  const row = make("p", { className: "rich-text-field" }, [make("label", { htmlFor: id, textContent: label }), input])
  if (help) row.append(make("small", { textContent: help }))
  return row
}

/**
 * Ask for values. `fields`: name → {label, help, options, and properties of an <input>}. Resolves to the values,
 * to {remove: true} where `removeLabel` is given and chosen, or to null where it is cancelled.
 */
export const ask = ({ title, fields, values = {}, submitLabel = "确定", removeLabel = "", note = "" }) =>
  new Promise((resolve) => {
    const buttons = [
      make("button", { type: "submit", className: "rich-text-primary", textContent: submitLabel }),
      make("button", { type: "button", value: "cancel", textContent: "取消" }),
    ]
    if (removeLabel) buttons.push(make("button", { type: "button", value: "remove", textContent: removeLabel }))
    const form = make("form", { method: "dialog" }, [
      make("h2", { textContent: title }),
      ...(note ? [make("p", { className: "rich-text-note", textContent: note })] : []),
      ...Object.entries(fields).map(([name, field]) => fieldRow(name, field, values[name])),
      make("p", { className: "rich-text-buttons" }, buttons),
    ])
    const dialog = make("dialog", { className: "rich-text-dialog" }, [form])
    let answer = null
    form.addEventListener("submit", () => {
      answer = Object.fromEntries(
        Object.entries(fields).map(([name, { type }]) => [name, type === "checkbox" ? form.elements[name].checked : form.elements[name].value]),
      )
    })
    form.addEventListener("click", ({ target }) => {
      if (target.value === "remove") answer = { remove: true }
      if (target.type === "button") dialog.close()
    })
    dialog.addEventListener("close", () => {
      dialog.remove()
      resolve(answer)
    })
    document.body.append(dialog)
    dialog.showModal()
  })
