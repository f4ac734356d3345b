// 统计表: adds up while one types, moves between cells, takes what is pasted. All of it is done again on the server.
const form = document.querySelector(".grid-form")
const cells = new Map([...form.querySelectorAll("[data-cell]")].map((input) => [input.dataset.cell, input]))
const identities = JSON.parse(document.getElementById("identities").textContent)
const MOST = 6 // places told one by one
const LONG = 6 // summands of a sum whose cells are still marked

// What stands in a cell as a number; null where it is blank or none. Money is counted in millionths, so that no digit is lost.
const UNIT = 1_000_000n
function read(text) {
  const plain = text.normalize("NFKC").replace(/[\s,]/g, "")
  const match = /^([+-]?)(\d{1,14})(?:\.(\d{1,6}))?$/.exec(plain)
  if (!match) return null
  const amount = BigInt(match[2]) * UNIT + BigInt((match[3] ?? "").padEnd(6, "0"))
  return match[1] === "-" ? -amount : amount
}

function shown(amount) {
  const size = amount < 0n ? -amount : amount
  const rest = (size % UNIT).toString().padStart(6, "0").replace(/0+$/, "")
  return `${amount < 0n ? "-" : ""}${size / UNIT}${rest ? `.${rest}` : ""}`
}

function numberIn(term) {
  if (!term.cell) return term.value === null ? null : read(term.value)
  return read(cells.get(term.cell)?.value ?? "")
}

// The same verdict as statutory.identities: with blanks it is broken only where no number in them could mend it.
function compare(identity) {
  const side = (terms) => {
    const values = terms.map(numberIn)
    const total = values.reduce((sum, value, at) => sum + BigInt(terms[at].sign) * (value ?? 0n), 0n)
    const canGrow = values.some((value, at) => value === null && terms[at].sign > 0)
    return { values, total, canGrow, blanks: values.filter((value) => value === null).length }
  }
  const left = side(identity.left), right = side(identity.right)
  const blanks = left.blanks + right.blanks, difference = left.total - right.total
  let verdict = difference === 0n ? "相符" : "不符"
  if (blanks && !((difference < 0n && !left.canGrow) || (difference > 0n && !right.canGrow))) verdict = "无法核对"
  return { identity, left, right, difference, blanks, verdict }
}

function words(terms, side) {
  const named = terms.map((term, at) => {
    const sign = at ? (term.sign < 0 ? " － " : " ＋ ") : ""
    return `${sign}${term.name} ${side.values[at] === null ? "空白" : shown(side.values[at])}`
  })
  if (terms.length > LONG) return `${terms[0].name}等 ${terms.length} 项之和 ${shown(side.total)}`
  return named.join("") + (terms.length > 1 ? ` ＝ ${shown(side.total)}` : "")
}

function sentence({ identity, left, right, difference }) {
  const size = difference < 0n ? -difference : difference
  return `${identity.where}：${words(identity.left, left)}；${words(identity.right, right)}，相差 ${shown(size)}。`
}

// Beside a total: what its parts give, where it is not that.
function hintsOf(results) {
  const hints = new Map()
  for (const { identity, left, right } of results) {
    for (const [alone, mine, other] of [[identity.left, left, right], [identity.right, right, left]]) {
      if (alone.length !== 1 || !alone[0].cell || other.blanks) continue
      if (mine.values[0] === other.total) continue
      hints.set(alone[0].cell, `${identity.code === "I5" ? "上年为" : "计算值"} ${shown(other.total)}`)
    }
  }
  return hints
}

function addUp() {
  const results = identities.map(compare)
  const broken = new Set()
  for (const result of results) {
    if (result.verdict !== "不符") continue
    // Of a long sum the total alone is marked: which of its many parts is wrong, nobody can tell.
    const sides = [result.identity.left, result.identity.right].filter((side) => side.length <= LONG)
    for (const term of sides.flat()) if (term.cell) broken.add(term.cell)
  }
  const hints = hintsOf(results)
  for (const [name, input] of cells) {
    input.closest("td").classList.toggle("is-broken", broken.has(name))
    const hint = document.getElementById(`${name}-hint`)
    if (hint && !hint.querySelector(".grid-error")) hint.textContent = hints.get(name) ?? ""
  }
  for (const item of form.querySelectorAll("[data-rule]")) tellRule(item, results)
}

function tellRule(item, results) {
  const mine = results.filter(({ identity }) => identity.code === item.dataset.rule)
  const isBlank = ![...item.closest("[data-table]").querySelectorAll("[data-cell]")].some((input) => input.value.trim())
  const broken = isBlank ? [] : mine.filter(({ verdict }) => verdict === "不符")
  const open = mine.some(({ verdict }) => verdict === "无法核对")
  const verdict = !mine.length || isBlank ? "未填" : broken.length ? "不符" : open ? "无法核对" : "相符"
  item.querySelector("[data-verdict]").textContent = verdict
  item.classList.toggle("is-broken", Boolean(broken.length))
  const told = broken.slice(0, MOST).map(sentence)
  if (broken.length > MOST) told.push(`另有 ${broken.length - MOST} 处不符。`)
  item.querySelector("[data-places]").replaceChildren(...told.map((text) => {
    const line = document.createElement("li")
    line.textContent = text
    return line
  }))
  const row = item.querySelector("[data-explain-row]")
  if (row) row.hidden = !broken.length && !row.querySelector("textarea").value.trim()
}

function say(section, text) {
  section.querySelector("[data-said]").textContent = text
}

// --- Moving: arrows and Enter, as in a spreadsheet; Tab stays what it is -----------------------------------------------------
function neighbour(input, down, right) {
  const rows = [...input.closest("table").rows].map((row) => [...row.querySelectorAll("[data-cell]")]).filter((row) => row.length)
  const line = rows.findIndex((row) => row.includes(input))
  const place = rows[line].indexOf(input)
  if (right) return rows[line][place + right]
  const next = rows[line + down]
  return next?.[Math.min(place, next.length - 1)]
}

form.addEventListener("keydown", (event) => {
  const input = event.target
  if (!input.dataset?.cell || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
  const atStart = input.selectionStart === 0 && input.selectionEnd === 0
  const all = input.selectionStart === 0 && input.selectionEnd === input.value.length
  const atEnd = input.selectionStart === input.value.length
  const moves = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    Enter: [event.shiftKey ? -1 : 1, 0],
    ArrowLeft: (atStart || all) && [0, -1],
    ArrowRight: (atEnd || all) && [0, 1],
  }
  const move = moves[event.key]
  if (!move) return
  event.preventDefault()
  const to = neighbour(input, ...move)
  to?.focus()
  to?.select()
})

form.addEventListener("input", (event) => {
  const input = event.target
  if (!input.dataset?.cell) return
  input.removeAttribute("aria-invalid")
  document.getElementById(`${input.dataset.cell}-hint`)?.replaceChildren()
  addUp()
})

// --- Pasting: the server reads the clipboard, one reader for both ways ------------------------------------------------------
let isChanged = false
let before = null // {section, values} to take a paste back

form.addEventListener("paste", async (event) => {
  const input = event.target
  const section = input.closest("[data-table]")
  if (!input.dataset?.cell || !form.dataset.paste || section.dataset.table === "statistics") return
  const text = event.clipboardData.getData("text/plain")
  const html = event.clipboardData.getData("text/html")
  if (!/[\t\n]/.test(text.trim()) && !/<table\b/i.test(html)) return
  event.preventDefault()
  const [table, line, place] = input.dataset.cell.split("-")
  const body = new FormData()
  for (const [name, value] of Object.entries({ table, line, place, text, html })) body.append(name, value)
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value)
  say(section, "正在读取粘贴的内容……")
  try {
    const response = await fetch(form.dataset.paste, { method: "POST", body })
    if (!response.ok && response.status !== 422) throw new Error(response.status)
    take(section, await response.json())
  } catch {
    say(section, "没有连上服务器，没有粘贴。请检查网络后再试。")
  }
})

function take(section, { cells: pasted = [], remarks = [], error }) {
  if (error) return say(section, error)
  before = { section, values: pasted.map(([name]) => [name, cells.get(name).value]) }
  for (const [name, value] of pasted) cells.get(name).value = value
  addUp()
  say(section, [`放入了 ${pasted.length} 格，请核对，保存后生效。`, ...remarks].join("\n"))
  if (!pasted.length) return
  isChanged = true
  const undo = document.createElement("button")
  undo.type = "button"
  undo.className = "desk-button"
  undo.textContent = "撤销粘贴"
  undo.addEventListener("click", takeBack)
  section.querySelector("[data-said]").append(" ", undo)
}

function takeBack() {
  for (const [name, value] of before.values) cells.get(name).value = value
  addUp()
  say(before.section, "已撤销粘贴。")
}

// --- 空白按 0 填: at once, and said -------------------------------------------------------------------------------------------
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zero]")
  if (!button) return
  const section = button.closest("[data-table]")
  if (section.dataset.table === "statistics") return // which rows are headings, the server knows
  event.preventDefault()
  const blank = [...section.querySelectorAll("[data-cell]")].filter((input) => !input.value.trim())
  for (const input of blank) input.value = "0"
  addUp()
  say(section, blank.length ? `${blank.length} 处空白已填 0，保存后生效。` : "这张表没有空白。")
})


form.addEventListener("change", () => (isChanged = true))
form.addEventListener("submit", () => (isChanged = false))
window.addEventListener("beforeunload", (event) => isChanged && event.preventDefault())
addUp()
