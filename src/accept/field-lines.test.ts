import { expect, test } from "bun:test";
import { connectionOptions, type FieldLine, lowerFieldName, readFieldLines } from "./field-lines.ts";
import { isRefusal } from "./refusal.ts";

function read(text: string, before: readonly FieldLine[] = []): readonly FieldLine[] {
  const lines = readFieldLines(text, 0, 9, before);
  if (isRefusal(lines)) throw new Error(lines.reason);
  return lines;
}

test("field lines are bounded in number", () => {
  expect(readFieldLines("A: 1\r\nB: 2", 0, 2, [])).toMatchObject([{ name: "A" }, { name: "B" }]);
  expect(readFieldLines("A: 1\r\nB: 2\r\nC: 3", 0, 2, [])).toMatchObject({ status: 431 });
});

test("lines that came before at the same places change nothing of what is read", () => {
  const before = read("A: 1\r\nB:2\r\nC: 3\r\n");
  for (const text of [
    "A: 1\r\nB:2\r\nC: 3\r\n",
    "A: 1\r\nB:22\r\nC: 3",
    "B:2\r\nA: 1\r\n",
    "A: 1\r\nB:2 \r\n",
  ]) {
    expect(read(text, before)).toEqual(read(text));
  }
  expect(readFieldLines("A: 1\r\nB:2\n\r\n", 0, 9, before)).toHaveProperty("status");
});

test("a line is sent on with one space after the colon", () => {
  expect(read("a:\t1 \r\nB: 2").map((line) => line.text)).toEqual(["a: 1\r\n", "B: 2\r\n"]);
});

test("names that an origin could take for a guarded field are none", () => {
  expect(lowerFieldName("Content_Length")).toBeUndefined();
  expect(lowerFieldName("x_forwarded-for")).toBeUndefined();
  expect(lowerFieldName("My_Field")).toBe("my_field");
});

test("the memory of names is no way around their check", () => {
  for (let index = 0; index < 5_000; index++) lowerFieldName(`X-${index}`);
  expect(lowerFieldName("X-Late")).toBe("x-late");
  expect(lowerFieldName("X Late")).toBeUndefined();
});

test("connection options are split and lower-cased", () => {
  expect(connectionOptions(" Close,, Upgrade\t,x-Hop ")).toEqual(["close", "upgrade", "x-hop"]);
  expect(read("Connection: close, X-Hop")[0]?.named).toEqual(["x-hop"]);
});
