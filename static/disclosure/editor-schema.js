// What a body may hold, as the editor's schema: the same list as documents/html/richtext.py. `tiptap` is the bundle.

/** Deleted text is <del> in our list; the bundle writes <s>. */
const strike = ({ Strike }) =>
  Strike.extend({
    parseHTML: () => [{ tag: "del" }, { tag: "s" }, { tag: "strike" }],
    renderHTML: () => ["del", 0],
  })

const inserted = ({ Mark }) =>
  Mark.create({ name: "ins", parseHTML: () => [{ tag: "ins" }], renderHTML: () => ["ins", 0] })

/** Lists count from their first number; other kinds of numbers are text in official documents. */
const orderedList = ({ OrderedList }) =>
  OrderedList.extend({
    addAttributes: () => ({
      start: {
        default: 1,
        parseHTML: (element) => Number.parseInt(element.getAttribute("start") ?? "1", 10) || 1,
        renderHTML: ({ start }) => (start === 1 ? {} : { start }),
      },
    }),
    addNodeView: null,
  })

const tableHeader = ({ TableHeader }) =>
  TableHeader.extend({
    addAttributes() {
      return { ...this.parent?.(), scope: { default: null } }
    },
  })

/** Pictures of this portal alone, in the line of text, with their alternative text. */
const picture = ({ Image }) =>
  Image.extend({
    inline: true,
    group: "inline",
    addAttributes: () => ({ src: {}, alt: { default: "" }, title: { default: null }, width: { default: null }, height: { default: null } }),
    parseHTML: () => [{ tag: 'img[src^="/attachments/"]' }],
    addNodeView: null,
    addInputRules: () => [],
  }).configure({ inline: true })

export const extensionsOf = (tiptap) => [
  tiptap.Document,
  tiptap.Paragraph,
  tiptap.Text,
  tiptap.HardBreak,
  tiptap.Heading.configure({ levels: [2, 3, 4, 5] }),
  tiptap.Bold,
  tiptap.Italic,
  tiptap.Underline,
  strike(tiptap),
  inserted(tiptap),
  tiptap.Subscript.extend({ excludes: "superscript" }),
  tiptap.Superscript.extend({ excludes: "subscript" }),
  tiptap.BulletList,
  orderedList(tiptap),
  tiptap.ListItem,
  tiptap.Blockquote,
  tiptap.HorizontalRule,
  tiptap.Link.configure({ openOnClick: false, autolink: false, linkOnPaste: false, enableTarget: false, HTMLAttributes: { target: null, rel: null } }),
  picture(tiptap),
  tiptap.Table.configure({ resizable: false }),
  tiptap.TableRow,
  tableHeader(tiptap),
  tiptap.TableCell,
  tiptap.Gapcursor,
  tiptap.Dropcursor,
  tiptap.History,
]
