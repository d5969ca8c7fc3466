import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { EventDecoder, type StoredEvent } from "./event-decoder.ts";
import { EventWriter } from "./event-writer.ts";
import { migrate } from "./migrate.ts";
import { sampleEvent } from "./sample-event.ts";

const row = (id: number, name: string) =>
  sampleEvent({ id, app: name, decider: `${name}-decider`, asName: `${name} net`, asn: id });

test("two processes that write for a while, one taking over, lose no event and mix up no text", () => {
  const database = new Database(":memory:", { strict: true });
  migrate(database, "memory");
  const [old, young] = [new EventWriter(database), new EventWriter(database)];
  // Each gives the next free number to another text.
  expect(old.write([row(1, "a")])).toBe(0);
  expect(young.write([row(2, "b")])).toBe(0);
  expect(old.write([row(3, "c")])).toBe(0);
  expect(young.write([row(4, "a"), row(5, "d")])).toBe(0);
  const decoder = new EventDecoder(database);
  const stored = database.query<StoredEvent, []>("SELECT * FROM event ORDER BY id").all();
  const read = stored.map((event) => decoder.decode(event, undefined));
  expect(read.map(({ app, decider, asName }) => [app, decider, asName])).toEqual(
    ["a", "b", "c", "a", "d"].map((name) => [name, `${name}-decider`, `${name} net`]),
  );
});
