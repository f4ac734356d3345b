// The rich-text editor of the desk: turns every text area marked data-rich-text into one. Without JavaScript, or where
// the text holds something the editor cannot keep, the plain text area stays.
import { extensionsOf } from "./editor-schema.js"
import { createToolbar } from "./editor-toolbar.js"

const COUNTED = "h2 h3 h4 h5 table tr td th li hr blockquote img caption figure figcaption dl".split(" ")
const MARKS = ["strong, b", "em, i", "u", "del", "ins", "sup", "sub"] // neighbours of one kind become one

const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body

/** What must be the same before and after the editor has read a text: its characters and its structure. */
const inventory = (html) => {
  const body = parsed(html)
  const counts = COUNTED.map((tag) => `${tag}${body.querySelectorAll(tag).length}`)
  const letters = (selector) => [...body.querySelectorAll(selector)].map((mark) => mark.textContent).join("")
  const links = [...body.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"))
  return [body.textContent.replace(/\s+/g, ""), counts.join(), ...MARKS.map(letters), [...new Set(links)].join(" ")].join("\n")
}

const hasTags = (text) => /<[a-z/!]/i.test(text)
const isEmpty = (html) => /^(<p><\/p>)*$/.test(html)

class RichText {
  constructor(textarea, tiptap) {
    this.textarea = textarea
    this.tiptap = tiptap
    this.frame = document.createElement("div")
    this.frame.className = "rich-text"
    this.status = document.createElement("p")
    this.status.className = "rich-text-status"
    this.status.setAttribute("role", "status")
    this.page = document.createElement("div")
    textarea.before(this.frame)
    this.editor = new tiptap.Editor({
      element: this.page,
      extensions: extensionsOf(tiptap),
      injectCSS: false, // an inline style sheet; ours is editor.css
      content: this.source(),
      onUpdate: () => this.write(),
      editorProps: {
        attributes: this.attributes(),
        handleDOMEvents: { paste: (view, event) => this.paste(event) },
      },
    })
    this.toolbar = createToolbar(this)
    this.frame.append(this.toolbar.element, this.status, this.page, textarea)
    this.show(this.isFaithful())
    if (!this.isFaithful()) this.say("正文里有编辑器不能保持的内容（例如表格标题），所以显示源代码，可以直接修改。")
  }

  attributes() {
    const label = document.querySelector(`label[for="${this.textarea.id}"]`)
    const name = label?.textContent.replace(/[：:]\s*$/, "").trim() || "正文"
    return { role: "textbox", "aria-multiline": "true", "aria-label": name, class: "rich-text-page" }
  }

  /** The text area's value as HTML: typed lines become paragraphs, as they do on the server. */
  source() {
    const text = this.textarea.value
    if (hasTags(text) || !text.trim()) return text
    const lines = text.split(/\r?\n/).filter((line) => line.trim())
    return { type: "doc", content: lines.map((line) => ({ type: "paragraph", content: [{ type: "text", text: line.trim() }] })) }
  }

  isFaithful() {
    const source = this.textarea.value
    return !hasTags(source) || inventory(source) === inventory(this.editor.getHTML())
  }

  write() {
    const html = this.editor.getHTML()
    this.textarea.value = isEmpty(html) ? "" : html
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }))
  }

  /** Show the page, or the source in the text area. */
  show(asPage) {
    this.asPage = asPage
    this.page.hidden = !asPage
    this.textarea.hidden = asPage
    this.toolbar.setEnabled(asPage)
  }

  toggleSource() {
    if (this.asPage) return this.show(false)
    this.editor.commands.setContent(this.source(), { emitUpdate: false })
    if (!this.isFaithful()) return this.say("源代码里有编辑器不能保持的内容，改好后才能切换；也可以直接保存。")
    this.say("")
    this.show(true)
  }

  say(text) {
    this.status.textContent = text
  }

  /** Clipboard HTML goes through the server's cleaner first: one rule for all, and no foreign style is ever parsed here. */
  paste(event) {
    const html = event.clipboardData?.getData("text/html")
    if (!html || html.includes("data-pm-slice")) return false
    event.preventDefault()
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""
    const body = html.replace(/<!--[\s\S]*?-->/g, "").replace(/<style\b[\s\S]*?<\/style>/gi, "")
    fetch(this.textarea.dataset.paste, {
      method: "POST",
      headers: { "Content-Type": "text/html; charset=utf-8", "X-CSRFToken": token },
      body,
    })
      .then((response) => (response.ok || response.status === 422 ? response.json() : Promise.reject(response.status)))
      .then((answer) => this.insert(answer))
      .catch(() => this.insert({ text: event.clipboardData?.getData("text/plain") ?? this.plain(body) }))
    return true
  }

  insert({ html, text, error, pictures = 0 }) {
    const { view } = this.editor
    view.focus()
    if (error) return this.say(error)
    if (html === undefined) {
      view.pasteText(text)
      return this.say("没有连上服务器，只粘贴了文字，表格没有保留。请检查网络后重新粘贴。")
    }
    view.pasteHTML(html)
    this.say(pictures ? `有 ${pictures} 幅图片不能直接粘贴。请在“附件”中上传图片并保存，再用“图片”插入。` : "")
  }

  plain(html) {
    return parsed(html.replace(/ style=("[^"]*"|'[^']*')/gi, "")).innerText
  }
}

const start = async (root) => {
  for (const textarea of root.querySelectorAll("textarea[data-rich-text]:not([data-rich-text-on])")) {
    if (textarea.id.includes("__prefix__") || textarea.disabled) continue
    textarea.dataset.richTextOn = ""
    textarea.richText = new RichText(textarea, await import(textarea.dataset.richText))
  }
}

start(document)
document.addEventListener("formset:added", (event) => start(event.target))
