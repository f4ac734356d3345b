// The toolbar: words, not pictograms. One row for the text, a second where the cursor stands in a table.
import { ask } from "./editor-dialog.js"

const BLOCKS = [["0", "正文"], ["2", "一级标题"], ["3", "二级标题"], ["4", "三级标题"], ["5", "四级标题"]]

const chain = (editor) => editor.chain().focus()

const askLink = async ({ editor }) => {
  const href = editor.getAttributes("link").href ?? ""
  const isEmpty = editor.state.selection.empty && !href
  const fields = { href: { label: "网址", type: "text", required: true, pattern: "(https?://|mailto:|tel:|/|#).*", placeholder: "https://", title: "以 https://、mailto: 或 / 开头" } }
  if (isEmpty) fields.text = { label: "显示的文字", type: "text", required: true, help: "写明链接到什么，不要写“点击这里”。" }
  const answer = await ask({ title: "链接", fields, values: { href }, removeLabel: href ? "去掉链接" : "" })
  if (!answer) return
  const link = { type: "link", attrs: { href: answer.href } }
  if (answer.remove) chain(editor).extendMarkRange("link").unsetLink().run()
  else if (isEmpty) chain(editor).insertContent({ type: "text", text: answer.text, marks: [link] }).run()
  else chain(editor).extendMarkRange("link").setLink({ href: answer.href }).run()
}

const askPicture = async ({ editor, textarea }) => {
  const pictures = JSON.parse(textarea.dataset.pictures || "[]")
  const current = editor.isActive("image") ? editor.getAttributes("image") : null
  if (!pictures.length && !current) {
    await ask({ title: "图片", fields: {}, submitLabel: "知道了", note: "这条信息还没有图片。请先在页面下方的“附件”中上传 PNG 或 JPEG 图片，保存后再回到这里插入。" })
    return
  }
  const options = pictures.map(({ name, src }) => [src, name])
  if (current && !pictures.some(({ src }) => src === current.src)) options.unshift([current.src, "（现在的图片）"])
  const fields = {
    src: { label: "图片", options },
    alt: { label: "替代文字", type: "text", help: "给看不到图片的人：写出图片要说明的内容。图片只作装饰时留空。" },
  }
  const values = current ?? { src: options[0][0] }
  const answer = await ask({ title: "图片", fields, values, submitLabel: current ? "更新" : "插入", removeLabel: current ? "删除图片" : "" })
  if (!answer) return
  if (answer.remove) chain(editor).deleteSelection().run()
  else if (current) chain(editor).updateAttributes("image", answer).run()
  else chain(editor).insertContent({ type: "image", attrs: answer }).run()
}

const askTable = async ({ editor }) => {
  const number = { type: "number", min: 1, max: 60, required: true }
  const fields = { rows: { label: "行数", ...number }, cols: { label: "列数", ...number }, withHeaderRow: { label: "第一行是表头", type: "checkbox", help: "读屏软件靠表头说明每个数字是什么。" } }
  const answer = await ask({ title: "插入表格", fields, values: { rows: 3, cols: 3, withHeaderRow: true }, submitLabel: "插入" })
  if (answer) chain(editor).insertTable({ rows: Number(answer.rows), cols: Number(answer.cols), withHeaderRow: answer.withHeaderRow }).run()
}

/** A note: [n] raised at the cursor, and its line at the end of the text, where the cursor goes. */
const addNote = ({ editor }) => {
  const text = editor.getText()
  const number = Math.max(0, ...[...text.matchAll(/\[(\d{1,3})\]/g)].map((match) => Number(match[1]))) + 1
  const hasRule = editor.getHTML().includes("<hr")
  const mark = { type: "text", text: `[${number}]`, marks: [{ type: "superscript" }] }
  const line = { type: "paragraph", content: [{ type: "text", text: `[${number}] ` }] }
  chain(editor).setTextSelection(editor.state.selection.to).insertContent(mark).unsetSuperscript().run()
  const end = editor.state.doc.content.size
  editor.commands.insertContentAt(end, hasRule ? [line] : [{ type: "horizontalRule" }, line])
  chain(editor).setTextSelection(editor.state.doc.content.size - 1).run()
}

// [label, what it does, is it on?, explanation]
const GROUPS = [
  [
    ["加粗", (it) => chain(it.editor).toggleBold().run(), "bold", "Ctrl+B"],
    ["斜体", (it) => chain(it.editor).toggleItalic().run(), "italic", "Ctrl+I"],
    ["上标", (it) => chain(it.editor).toggleSuperscript().run(), "superscript", "例如 m²"],
    ["下标", (it) => chain(it.editor).toggleSubscript().run(), "subscript", "例如 CO₂"],
  ],
  [
    ["项目列表", (it) => chain(it.editor).toggleBulletList().run(), "bulletList", "没有先后的几项"],
    ["编号列表", (it) => chain(it.editor).toggleOrderedList().run(), "orderedList", "1. 2. 3.；“（一）”之类的编号请直接写"],
  ],
  [
    ["链接", askLink, "link", "加上或修改链接"],
    ["图片", askPicture, "image", "插入附件中的图片，修改替代文字"],
    ["表格", askTable, "table", "插入表格"],
    ["脚注", addNote, null, "在光标处加注号，文末写注文"],
  ],
  [
    ["撤销", (it) => chain(it.editor).undo().run(), null, "Ctrl+Z"],
    ["重做", (it) => chain(it.editor).redo().run(), null, "Ctrl+Y"],
  ],
]
const TABLE = [
  ["下方加行", (it) => chain(it.editor).addRowAfter().run()],
  ["右侧加列", (it) => chain(it.editor).addColumnAfter().run()],
  ["删除行", (it) => chain(it.editor).deleteRow().run()],
  ["删除列", (it) => chain(it.editor).deleteColumn().run()],
  ["合并单元格", (it) => chain(it.editor).mergeCells().run(), null, "先拖动选中几个单元格"],
  ["拆分单元格", (it) => chain(it.editor).splitCell().run()],
  ["表头单元格", (it) => chain(it.editor).toggleHeaderCell().run(), "tableHeader", "设为表头，或恢复为普通单元格"],
  ["删除表格", (it) => chain(it.editor).deleteTable().run()],
]

const button = (it, [label, act, state, title]) => {
  const element = document.createElement("button")
  Object.assign(element, { type: "button", textContent: label, title: title ?? label })
  element.addEventListener("mousedown", (event) => event.preventDefault()) // the selection stays where it is
  element.addEventListener("click", () => act(it))
  return { element, state }
}

const row = (name, groups) => {
  const element = document.createElement("div")
  element.className = "rich-text-toolbar"
  element.setAttribute("role", "toolbar")
  element.setAttribute("aria-label", name)
  for (const group of groups) {
    const span = document.createElement("span")
    span.className = "rich-text-group"
    span.append(...group)
    element.append(span)
  }
  return element
}

const blockSelect = ({ editor }) => {
  const select = document.createElement("select")
  select.setAttribute("aria-label", "段落类型")
  select.append(...BLOCKS.map(([value, text]) => new Option(text, value)))
  select.addEventListener("change", () => {
    const level = Number(select.value)
    if (level) chain(editor).setHeading({ level }).run()
    else chain(editor).setParagraph().run()
  })
  return select
}

export const createToolbar = (it) => {
  const { editor } = it
  const select = blockSelect(it)
  const groups = GROUPS.map((group) => group.map((definition) => button(it, definition)))
  const table = TABLE.map((definition) => button(it, definition))
  const source = button(it, ["源代码", () => it.toggleSource(), null, "查看或修改 HTML"])
  const main = row("正文格式", [[select], ...groups.map((group) => group.map((b) => b.element)), [source.element]])
  const inTable = row("表格", [table.map((b) => b.element)])
  const element = document.createElement("div")
  element.className = "rich-text-bars"
  element.append(main, inTable)
  const buttons = [...groups.flat(), ...table]

  const update = () => {
    const level = BLOCKS.find(([value]) => value !== "0" && editor.isActive("heading", { level: Number(value) }))
    select.value = level ? level[0] : "0"
    for (const { element: one, state } of buttons) {
      if (state) one.setAttribute("aria-pressed", String(editor.isActive(state)))
    }
    inTable.hidden = !editor.isActive("table") || !it.asPage
  }
  editor.on("transaction", update)
  return {
    element,
    setEnabled(isOn) {
      for (const { element: one } of buttons) one.disabled = !isOn
      select.disabled = !isOn
      source.element.setAttribute("aria-pressed", String(!isOn))
      update()
    },
  }
}
