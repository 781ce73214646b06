// The tokens of the site reach into the shadow root as custom properties; where a page has none (the admin), the
// second value of each holds.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const ink = "var(--ink, light-dark(#221a13, #f1e9df))";
const soft = "var(--ink-soft, light-dark(#5d5045, #bfb2a3))";
const surface = "var(--surface, light-dark(#fffdfa, #1d1915))";
const sunken = "var(--surface-sunken, light-dark(#f3eee6, #100e0b))";
const raised = "var(--surface-raised, light-dark(#ffffff, #26211c))";
const line = "var(--line-strong, light-dark(#8d7d6b, #8a7b6a))";
const focus = "var(--focus, light-dark(#a83f0d, #ffb485))";
const ember = "var(--ember, light-dark(#a83f0d, #f79a5f))";
const good = "var(--good, light-dark(#1b6a56, #74cdb2))";
const info = "var(--info, light-dark(#2b5a84, #93c0e9))";
const warn = "var(--warn, light-dark(#7d5700, #e7bb58))";
const bad = "var(--bad, light-dark(#ab2a1f, #f59a8e))";
const chosen = "var(--mark, light-dark(#ffe2a8, #5d4412))";
const code = "var(--font-code, ui-monospace, menlo, consolas, monospace)";

const theme = EditorView.theme({
  "&": { color: ink, backgroundColor: surface, border: `1px solid ${line}`, borderRadius: "6px", fontSize: "0.875rem" },
  "&.cm-focused": { outline: `2px solid ${focus}`, outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: code, lineHeight: "1.6", minHeight: "var(--editor-height, 9rem)", maxHeight: "70vh" },
  ".cm-content": { caretColor: ember },
  ".cm-cursor": { borderLeftColor: ember },
  ".cm-gutters": { backgroundColor: sunken, color: soft, border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: `color-mix(in srgb, ${sunken} 55%, transparent)` },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: chosen },
  ".cm-placeholder": { color: soft },
  ".cm-matchingBracket": { backgroundColor: chosen, outline: `1px solid ${line}` },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: chosen },
  ".cm-tooltip, .cm-panels": { backgroundColor: raised, color: ink, border: `1px solid ${line}`, borderRadius: "6px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: ember, color: surface },
  ".cm-diagnostic": { fontFamily: "inherit", maxWidth: "34rem", whiteSpace: "pre-wrap", padding: "0.4rem 0.6rem" },
  ".cm-diagnostic-error": { borderLeft: `4px solid ${bad}` },
  ".cm-lintRange-error":
    { backgroundImage: "none", textDecoration: `underline wavy ${bad}`, textUnderlineOffset: "3px" },
  ".cm-lint-marker-error": { content: "'●'", color: bad },
  ".cm-button, .cm-textfield": { backgroundImage: "none", backgroundColor: surface, color: ink, borderColor: line },
});

const colours = HighlightStyle.define([
  { tag: [t.propertyName, t.definition(t.propertyName), t.heading], color: ember, fontWeight: "600" },
  { tag: [t.keyword, t.bool, t.null, t.atom], color: info, fontWeight: "600" },
  { tag: [t.string, t.special(t.string), t.monospace], color: good },
  { tag: [t.number, t.literal], color: warn },
  { tag: [t.comment, t.meta, t.processingInstruction], color: soft, fontStyle: "italic" },
  { tag: [t.function(t.variableName), t.className, t.link, t.url], color: info },
  { tag: t.emphasis, fontStyle: "italic" },
  { tag: t.strong, fontWeight: "700" },
]);

export const look = [theme, syntaxHighlighting(colours)];
