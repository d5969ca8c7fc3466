/** The thread that answers the console's questions; its connection cannot write. */
import { yieldToServing } from "../thread-priority.ts";
import { answerCall } from "./answer-calls.ts";
import { databaseError, openForReading } from "./database.ts";
import { readAnswers } from "./read-answers.ts";
import type { FromWorker, ReaderAnswers, ToWorker } from "./worker-messages.ts";

declare const self: Worker;

yieldToServing();

function post(message: FromWorker): void {
  self.postMessage(message, []);
}

let answers: ReaderAnswers | undefined;
let path = "";

self.addEventListener("message", (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  if (message.kind === "call" && answers) answerCall({ ...answers }, message, path, post);
  if (message.kind !== "start") return;
  path = message.path;
  try {
    answers = readAnswers(openForReading(path), path);
    post({ kind: "ready" });
  } catch (cause) {
    const { code, publicMessage } = databaseError(path, cause);
    post({ kind: "failure", call: 0, code, message: publicMessage });
  }
});
