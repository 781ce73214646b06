// Each language is a chunk of its own, loaded when an editor asks for it.
const LANGUAGES = {
  json: async () => (await import("@codemirror/lang-json")).json(),
  python: async () => (await import("@codemirror/lang-python")).python(),
  yaml: async () => (await import("@codemirror/lang-yaml")).yaml(),
  markdown: async () => (await import("@codemirror/lang-markdown")).markdown(),
};

export async function languageOf(name) {
  return Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name]() : [];
}
