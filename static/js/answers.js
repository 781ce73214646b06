// What is shown of the answers that are being written. Pieces of text are placed by epoch (which try writes) and offset,
// so that nothing is lost or doubled, whatever order they come in.
import { after, count } from "./text.js";

export const LOST = "lost"; // a piece is missing: ask the server for the whole answer

export class Answers {
  constructor() {
    this.shown = new Map(); // job: {epoch, count, reasoning}
  }

  // What the server drew is the truth from which the stream goes on.
  adopt(job, epoch, text, reasoning = "") {
    this.shown.set(job, { epoch, count: count(text), reasoning: count(reasoning) });
  }

  forget(job) { this.shown.delete(job); }

  clear() { this.shown.clear(); }

  // The whole text so far: {text, reasoning, again} to be drawn instead, or null when nothing is new. `again`: another
  // try has begun, what was read aloud of the one before does not count.
  snapshot({ job, epoch, text = "", reasoning = "" }) {
    const known = this.shown.get(job);
    if (known && known.epoch > epoch) return null;
    if (known?.epoch === epoch && known.count >= count(text)) return null;
    this.adopt(job, epoch, text, reasoning);
    return { text, reasoning, again: known?.epoch !== epoch };
  }

  // The next piece: {text, reasoning} to be appended, null when it is known, LOST when something before it is missing.
  delta({ job, epoch, offset, text, reasoning = "", reasoning_offset: reasoningOffset }) {
    const known = this.shown.get(job);
    if (!known || epoch > known.epoch || offset > known.count) return LOST;
    if (epoch < known.epoch) return null;
    const fresh = after(text, known.count - offset);
    const thought = after(reasoning, known.reasoning - (reasoningOffset ?? known.reasoning));
    if (!fresh && !thought) return null;
    known.count += count(fresh);
    known.reasoning += count(thought);
    return { text: fresh, reasoning: thought };
  }
}
