// Checks a JSON or YAML text. The YAML reader reads both and knows where each value stands; the validator interprets
// the schema instead of compiling it, because the content security policy allows no code made from text.
import { Validator } from "@cfworker/json-schema";
import { isMap, isNode, isPair, LineCounter, parseDocument } from "yaml";
import { inWords } from "./phrases.js";

const MOST = 40; // marks

export function checker(language, schema) {
  const validator = schema ? new Validator(schema, schema.$schema?.includes("2020-12") ? "2020-12" : "7", false) : null;
  return (view) => marks(view.state.doc.toString(), language, validator);
}

export function marks(text, language, validator) {
  if (!text.trim()) return [];
  const wrong = language === "json" ? jsonMistakes(text) : [];
  if (wrong.length) return wrong;
  const document = parseDocument(text, { lineCounter: new LineCounter(), prettyErrors: false, uniqueKeys: true });
  const mistakes = document.errors.map((error) => mark(text, error.pos[0], error.pos[1], error.message));
  if (mistakes.length || !validator) return mistakes.slice(0, MOST);
  return refusals(text, document, validator);
}

function jsonMistakes(text) {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const place = Number(/position (\d+)/.exec(error.message)?.[1] ?? text.length);
    return [mark(text, place, place + 1, error.message)];
  }
}

function refusals(text, document, validator) {
  const found = validator.validate(plain(document)).errors.filter(says).map(told);
  const deepest = found.filter((each) => !found.some((other) => other !== each && inside(other, each)));
  const lines = new Map(deepest.map((each) => [`${each.path.join("/")} ${each.message}`, each]));
  return [...lines.values()].slice(0, MOST).map((each) => {
    const [from, to] = placeOf(document.contents, each.path, each.ofKey) ?? [0, 1];
    return mark(text, from, to, each.message);
  });
}

function plain(document) {
  return JSON.parse(JSON.stringify(document.toJS() ?? null));
}

// Keywords that only tell of others below them say nothing to an author.
const FRAMES = new Set(["properties", "items", "$ref", "allOf", "if", "then", "else", "prefixItems", "false"]);
const EXTRA = new Set(["additionalProperties", "unevaluatedProperties"]);

function says(error) {
  return !FRAMES.has(error.keyword);
}

// The validator tells of a key that nobody knows at the mapping around it.
function told({ keyword, instanceLocation, error }) {
  const path = instanceLocation.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const extra = EXTRA.has(keyword) ? /"([^"]*)"/.exec(error)?.[1] : undefined;
  return { path: extra === undefined ? path : [...path, extra], ofKey: extra !== undefined, message: inWords(error) };
}

function inside(other, each) {
  return other.path.length > each.path.length && each.path.every((part, place) => other.path[place] === part);
}

// The key of a pair is marked rather than a value of many lines.
function placeOf(node, path, ofKey) {
  let range = node?.range ? [node.range[0], node.range[0] + 1] : null;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isPair(each) && String(each.key) === part);
      if (!pair) return range;
      range = isNode(pair.key) ? pair.key.range : range;
      node = pair.value;
    } else {
      node = node?.items?.[Number(part)];
      if (!node?.range) return range;
      range = [node.range[0], node.range[0] + 1];
    }
  }
  const short = !ofKey && isNode(node) && node.range && !node.items && node.range[1] - node.range[0] < 200;
  return short ? [node.range[0], node.range[1]] : range;
}

function mark(text, from, to, message) {
  const start = Math.min(Math.max(0, from), text.length);
  return { from: start, to: Math.min(Math.max(start, to), text.length), severity: "error", message };
}
