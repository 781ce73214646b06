// What the editor underlines: text that is no JSON or YAML, and what a JSON Schema of this site refuses.
export async function checksOf(language, schema) {
  if (language !== "json" && language !== "yaml") return null;
  const { checker } = await import("./documents.js");
  return checker(language, schema ? await fetched(schema) : null);
}

// The part of the schema that the address names after its `#`, with all that it may refer to.
async function fetched(address) {
  const [place, part] = address.split("#");
  try {
    const response = await fetch(place);
    if (!response.ok) return null;
    const whole = await response.json();
    return part ? { $schema: whole.$schema, $defs: whole.$defs, $ref: `#${part}` } : whole;
  } catch {
    return null; // without the schema only the writing is checked
  }
}
