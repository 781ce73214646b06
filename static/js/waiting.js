// What a place in the queue means, in the words that the page brought along as data-text-….
const NOWHERE = {
  no_server: "textNoServer",
  no_route: "textNoRoute",
  premises: "textPremises",
  too_long: "textTooLong",
  paused: "textPaused",
};

export function waitingText(words, { position, ahead, eta, reason }) {
  if (reason in NOWHERE) return words[NOWHERE[reason]];
  const parts = [];
  if (reason === "starting") parts.push(words.textStarting);
  else if (reason === "retry") parts.push(words.textRetry);
  else if (reason === "own") parts.push(words.textOwn);
  else {
    parts.push(ahead ? words.textQueue.replace("{position}", position) : words.textNext);
    if (reason === "loading") parts.push(words.textLoading);
  }
  if (eta) {
    parts.push(words.textEta.replace("{low}", Math.round(eta[0])).replace("{high}", Math.max(1, Math.ceil(eta[1]))));
  }
  return parts.join(" ");
}
