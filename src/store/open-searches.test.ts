import { expect, test } from "bun:test";
import { OpenSearches } from "./open-searches.ts";

const start = 1_700_000_000_000;

test("what is open is looked for once for all that is new, every other second, until its time is over", () => {
  const searches = new OpenSearches<string>(10);
  searches.put("a", "what", start + 10_000);
  expect(searches.takeDue(start)).toEqual(["what"]);
  searches.noteNews();
  expect(searches.takeDue(start + 1999)).toEqual([]);
  expect(searches.takeDue(start + 2000)).toEqual(["what"]);
  expect(searches.takeDue(start + 9000)).toEqual([]);
  searches.noteNews();
  expect(searches.takeDue(start + 10_001)).toEqual([]);
});

test("opened anew it is the new one, and not due where it was just looked for", () => {
  const searches = new OpenSearches<string>(10);
  searches.put("a", "old", start + 10_000);
  searches.put("a", "new", start + 20_000, start);
  searches.noteNews();
  expect(searches.takeDue(start)).toEqual([]);
  expect(searches.takeDue(start + 15_000)).toEqual(["new"]);
});

test("beyond so many the one that was opened longest ago is closed", () => {
  const searches = new OpenSearches<string>(2);
  for (const name of ["a", "b", "a", "c"]) searches.put(name, name, start + 10_000);
  expect(searches.takeDue(start)).toEqual(["a", "c"]);
});

test("opened anew again and again it waits for its time, too", () => {
  const searches = new OpenSearches<string>(10);
  searches.put("a", "first", start + 10_000);
  expect(searches.takeDue(start)).toEqual(["first"]);
  searches.put("a", "second", start + 10_000);
  expect(searches.takeDue(start + 1000)).toEqual([]);
  expect(searches.takeDue(start + 2000)).toEqual(["second"]);
});
