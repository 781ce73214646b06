// What a place in the queue means, in the words that the page brought along as data-text-….
export function waitingText(words, { position, ahead, eta, reason }) {
  const parts = [];
  if (reason === "no_server") parts.push(words.textNoServer);
  else if (reason === "paused") parts.push(words.textPaused);
  else if (reason === "starting") parts.push(words.textStarting);
  else if (reason === "retry") parts.push(words.textRetry);
  else {
    parts.push(ahead ? words.textQueue.replace("{position}", position) : words.textNext);
    if (reason === "loading") parts.push(words.textLoading);
  }
  if (eta && reason !== "no_server" && reason !== "paused") {
    parts.push(words.textEta.replace("{low}", Math.round(eta[0])).replace("{high}", Math.max(1, Math.ceil(eta[1]))));
  }
  return parts.join(" ");
}
