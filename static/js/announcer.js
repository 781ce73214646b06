// Reads an answer to screen readers sentence by sentence, never token by token.
import { sentencesEnd } from "./text.js";

const PAUSE = 1200; // milliseconds between two announcements

export class Announcer {
  constructor(region) {
    this.region = region;
    this.said = 0;
    this.waiting = [];
    this.timer = null;
  }

  restart() {
    this.said = 0;
    this.waiting = [];
  }

  follow(text) {
    if (text.length < this.said) this.said = 0;
    const end = sentencesEnd(text, this.said);
    if (end > this.said) this.say(text.slice(this.said, end).trim());
    this.said = end;
  }

  finish(text) {
    if (text.length > this.said) this.say(text.slice(this.said).trim());
    this.said = text.length;
  }

  say(sentence) {
    if (!sentence) return;
    this.waiting.push(sentence);
    this.timer ??= setTimeout(() => this.speak(), 50);
  }

  speak() {
    const line = document.createElement("p");
    line.textContent = this.waiting.splice(0).join(" ");
    this.region.replaceChildren(line);
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.waiting.length) this.speak();
    }, PAUSE);
  }
}
