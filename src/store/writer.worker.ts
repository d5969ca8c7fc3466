/** The one thread that writes: events in batches, commands, and the deletion of what is too old. */
import { letServingGoOn, yieldToServing } from "../thread-priority.ts";
import { AccountLedger } from "./account-ledger.ts";
import { answerCall } from "./answer-calls.ts";
import { databaseError, openForWriting } from "./database.ts";
import { DiskReserve } from "./disk-reserve.ts";
import { EventWriter } from "./event-writer.ts";
import { Retention } from "./retention.ts";
import type { Answers, FromWorker, ToWorker, WorkerStart, WriterCalls } from "./worker-messages.ts";
import { writeCommands } from "./write-commands.ts";
import { WriterLoop } from "./writer-loop.ts";

declare const self: Worker;

yieldToServing();

/** Pause between two steps of deletion while there is more, and when there is not. */
const busyRetentionMs = 150;
const idleRetentionMs = 60_000;

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  self.postMessage(message, transfer);
}

function start({ path, retentionMs }: WorkerStart): (message: ToWorker) => void {
  const database = openForWriting(path);
  const ledger = new AccountLedger(database);
  const writer = new EventWriter(database, { ledger, pause: letServingGoOn });
  const loop = new WriterLoop({
    write: (rows) => writer.write(rows),
    post,
    schedule: (run, delayMs) => (delayMs === 0 ? setImmediate(run) : setTimeout(run, delayMs)),
  });
  const retention = new Retention(database, retentionMs);
  const reserve = new DiskReserve(path);
  const commands = writeCommands(database, ledger);
  const answers: Answers<WriterCalls> = {
    ...commands,
    // What a person does to stop harm, or to come in for it.
    switchOff: reserve.over(commands.switchOff),
    switchOn: reserve.over(commands.switchOn),
    saveSession: reserve.over(commands.saveSession),
    saveUser: reserve.over(commands.saveUser),
    finish: () => {
      clearTimeout(timer);
      loop.finish();
      try {
        database.run("PRAGMA optimize");
        database.run("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {
        // With a full disk what is stored stays in the log, which the next start reads.
      }
      database.close();
    },
  };
  let timer = setTimeout(deleteOld, busyRetentionMs);
  function deleteOld(): void {
    let hasMore = false;
    try {
      hasMore = retention.step(Date.now());
    } catch (error) {
      loop.report(databaseError(path, error).publicMessage);
    }
    if (!hasMore) reserve.keep();
    timer = setTimeout(deleteOld, hasMore ? busyRetentionMs : idleRetentionMs);
  }
  return (message) => {
    if (message.kind === "events") loop.accept(message);
    else if (message.kind === "call") answerCall({ ...answers }, message, path, post);
  };
}

let receive: ((message: ToWorker) => void) | undefined;

self.addEventListener("message", (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  if (message.kind !== "start") {
    receive?.(message);
    return;
  }
  try {
    receive = start(message);
    post({ kind: "ready" });
  } catch (cause) {
    const { code, publicMessage } = databaseError(message.path, cause);
    post({ kind: "failure", call: 0, code, message: publicMessage });
  }
});
