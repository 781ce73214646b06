// The words that the editor itself says.
import { EditorState } from "@codemirror/state";

const FRENCH = {
  "Control character": "Caractère de contrôle",
  "Fold line": "Replier la ligne",
  "Unfold line": "Déplier la ligne",
  "folded code": "code replié",
  "unfold": "déplier",
  "Diagnostics": "Problèmes",
  "No diagnostics": "Aucun problème",
  "Completions": "Propositions",
  "Go to line": "Aller à la ligne",
  "go": "aller",
  "Find": "Chercher",
  "Replace": "Remplacer",
  "next": "suivant",
  "previous": "précédent",
  "all": "tous",
  "match case": "respecter la casse",
  "by word": "mots entiers",
  "regexp": "expression régulière",
  "replace": "remplacer",
  "replace all": "tout remplacer",
  "close": "fermer",
  "Selection deleted": "Sélection supprimée",
};

// What the validator says, for people: the pattern of its sentence, in English, in French.
const SENTENCES = [
  [/^Property "(.*)" does not match/, "“$1” is not known here.", "« $1 » n’est pas connu ici."],
  [/^Instance does not have required property "(.*)"\./, "“$1” is missing.", "Il manque « $1 »."],
  [/^Instance type "(.*)" is invalid. Expected "(.*)"\./, "This is of type $1; it must be $2.",
    "Ceci est de type $1 ; il faut $2."],
  [/^Instance does not match any of (\[.*\])\./, "It must be one of $1.", "Il faut une valeur parmi $1."],
  [/^Instance does not match any subschemas\./, "Nothing that may stand here looks like this.",
    "Rien de ce qui est permis ici n’a cette forme."],
  [/^Instance does not match "(.*)"\./, "It must be “$1”.", "Il faut « $1 »."],
  [/ is less than (.*)\.$/, "It must be $1 or more.", "Il faut au moins $1."],
  [/ is greater than (.*)\.$/, "It must be $1 or less.", "Il faut au plus $1."],
];

export function inWords(said) {
  const french = document.documentElement.lang.startsWith("fr");
  for (const [pattern, english, other] of SENTENCES) {
    const found = pattern.exec(said);
    if (found) return (french ? other : english).replace(/\$(\d)/g, (_, n) => found[Number(n)] ?? "");
  }
  return said;
}

export function phrasesIn(language) {
  return language.startsWith("fr") ? EditorState.phrases.of(FRENCH) : [];
}
