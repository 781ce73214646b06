// Offsets of the server count characters (code points), JavaScript counts halves of some of them.

export function count(text) {
  let found = 0;
  for (const _character of text) found += 1;
  return found;
}

export function after(text, characters) {
  if (characters <= 0) return text;
  let place = 0;
  for (const character of text) {
    if (characters === 0) break;
    characters -= 1;
    place += character.length;
  }
  return text.slice(place);
}

// The place behind the last finished sentence in `text`, from `start` on; `start` where none was finished.
export function sentencesEnd(text, start) {
  const ends = /[.!?…:;]["')\]»]?\s|\n/g;
  ends.lastIndex = start;
  let place = start;
  for (let match = ends.exec(text); match; match = ends.exec(text)) place = ends.lastIndex;
  return place;
}
