/** The Worker's end of a call: runs the named function and sends its value or its failure back. */
import { databaseError } from "./database.ts";
import type { FromWorker, WorkerCall } from "./worker-messages.ts";

/** Answers one call out of `answers`; never throws. */
export function answerCall(
  answers: Readonly<Record<string, unknown>>,
  message: WorkerCall,
  path: string,
  post: (message: FromWorker) => void,
): void {
  const { call, name, args } = message;
  try {
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
    if (typeof answer !== "function") throw new TypeError(`no call named ${name}`);
    post({ kind: "answer", call, value: Reflect.apply(answer, answers, args) });
  } catch (cause) {
    const { code, publicMessage } = databaseError(path, cause);
    post({ kind: "failure", call, code, message: publicMessage });
  }
}
