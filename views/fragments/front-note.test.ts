import { expect, test } from "bun:test";
import { frontNote } from "./front-note.ts";

test("an app behind a front says what reads as missing, and what the front says instead", () => {
  const fronts = [
    { name: "cdn", says: ["client", "ja4"] },
    { name: "lb", says: [] },
  ];
  expect(String(frontNote({ fronts }))).toContain(
    "behind cdn (says client, ja4), lb: prints of stack, headers and flow,",
  );
  expect(frontNote({})).toBeUndefined();
});
