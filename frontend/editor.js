// Turns a textarea into an editor. The textarea stays: it holds the text, is sent with its form, and comes back when
// this file cannot be loaded. The editor lives in a shadow root, where its styles are adopted sheets: the content
// security policy allows no style element, and no style of the page (or of the admin) reaches in.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers, placeholder,
} from "@codemirror/view";
import { languageOf } from "./languages.js";
import { checksOf } from "./checks.js";
import { look } from "./look.js";
import { phrasesIn } from "./phrases.js";

export async function mount(textarea) {
  if (textarea.dataset.editorReady) return textarea.editorView;
  textarea.dataset.editorReady = "yes";
  const name = textarea.dataset.editor;
  const [language, check] = await Promise.all([languageOf(name), checksOf(name, textarea.dataset.schema)]);
  const host = document.createElement("div");
  host.className = "code-editor";
  textarea.after(host);
  const root = host.attachShadow({ mode: "open" });
  const writable = new Compartment();
  const typing = document.activeElement === textarea; // somebody may write already: they go on where they are
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: textarea.value,
      selection: { anchor: textarea.selectionStart, head: textarea.selectionEnd },
      extensions: [
        ...basics(name), language, look, phrasesIn(document.documentElement.lang),
        check ? [linter(check, { delay: 400 }), lintGutter()] : [],
        writable.of(locked(textarea)),
        EditorView.contentAttributes.of(spoken(textarea)),
        placeholder(textarea.placeholder ?? ""),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) tell(textarea, update.state);
          if (update.selectionSet) point(textarea, update.state.selection.main);
        }),
      ],
    }),
  });
  textarea.hidden = true;
  textarea.editorView = view;
  follow(textarea, view, writable);
  if (typing) view.focus();
  return view;
}

function basics(name) {
  return [
    lineNumbers(), foldGutter(), highlightSpecialChars(), history(), drawSelection(), highlightActiveLine(),
    indentOnInput(), indentUnit.of(name === "python" ? "    " : "  "), bracketMatching(), closeBrackets(),
    autocompletion(), highlightSelectionMatches(), EditorView.lineWrapping,
    // Tab leaves the editor, as it leaves every other field: nobody is caught. Indent with Ctrl-] and Ctrl-[.
    keymap.of([
      { key: "Mod-]", run: indentMore }, { key: "Mod-[", run: indentLess }, ...closeBracketsKeymap, ...defaultKeymap,
      ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap,
    ]),
  ];
}

function locked(textarea) {
  const shut = textarea.disabled || textarea.readOnly;
  return [EditorState.readOnly.of(shut), EditorView.editable.of(!shut)];
}

// The label and the notes lie outside of the shadow root, where ids do not reach: their words are taken along.
function spoken(textarea) {
  const notes = (textarea.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)
    .map((id) => document.getElementById(id)?.textContent.trim()).filter(Boolean).join(" ");
  const label = textarea.getAttribute("aria-label") || textarea.labels?.[0]?.textContent.trim() || textarea.name;
  const said = { "aria-label": label, "aria-multiline": "true" };
  if (notes) said["aria-description"] = notes;
  if (textarea.getAttribute("aria-invalid")) said["aria-invalid"] = "true";
  if (textarea.required) said["aria-required"] = "true";
  return said;
}

// Whoever listens to the textarea (autosaving, counting) hears what is typed.
function tell(textarea, state) {
  textarea.value = state.doc.toString();
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

function point(textarea, { anchor, head }) {
  textarea.setSelectionRange(Math.min(anchor, head), Math.max(anchor, head));
  textarea.dispatchEvent(new Event("editor:moved"));
}

// What others do to the textarea reaches the editor: a label that is clicked, a form that is reset or switched off.
function follow(textarea, view, writable) {
  for (const label of textarea.labels ?? []) label.addEventListener("click", () => view.focus());
  for (const kind of ["input", "change"]) textarea.addEventListener(kind, () => put(view, textarea.value));
  textarea.addEventListener("editor:show", ({ detail }) => {
    view.dispatch({ selection: { anchor: Math.min(detail.offset, view.state.doc.length) }, scrollIntoView: true });
    view.focus();
  });
  textarea.addEventListener("invalid", () => view.focus());
  textarea.form?.addEventListener("reset", () => setTimeout(() => put(view, textarea.value)));
  new MutationObserver(() => view.dispatch({ effects: writable.reconfigure(locked(textarea)) }))
    .observe(textarea, { attributes: true, attributeFilter: ["disabled", "readonly"] });
}

function put(view, text) {
  const now = view.state.doc;
  if (now.toString() !== text) view.dispatch({ changes: { from: 0, to: now.length, insert: text } });
}
