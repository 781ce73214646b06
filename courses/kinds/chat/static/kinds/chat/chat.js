// The chat workspace: sends turns, shows answers while they are written, switches branches, keeps drafts.
// Without this file everything works by forms and reloading.
import { Thread } from "./thread.js";
import { Composer } from "./composer.js";
import { follow } from "./stream.js";
import { keepDraft } from "./drafts.js";

const chat = document.getElementById("chat");
if (chat) start(chat);

function start(root) {
  const composer = new Composer(root);
  const thread = new Thread(root, composer);
  keepDraft(root, thread);
  if (root.dataset.attempt) follow(root, thread, composer);
}
