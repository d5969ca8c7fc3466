import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { PendingBytes } from "./pending-bytes.ts";

test("any sequence of appends and consumes behaves as a queue, and earlier views stay what they were", () => {
  const step = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), fc.nat(2_000));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const pending = new PendingBytes();
      const views: [view: Buffer, copy: Buffer][] = [];
      let model = Buffer.alloc(0);
      for (const one of steps) {
        if (typeof one === "number") {
          const bytes = Math.min(one, model.length);
          pending.consume(bytes);
          model = model.subarray(bytes);
        } else {
          pending.append(one);
          model = Buffer.concat([model, one]);
        }
        expect(pending.length).toBe(model.length);
        const { view } = pending;
        expect(view ?? Buffer.alloc(0)).toEqual(model);
        if (view) views.push([view, Buffer.from(view)]);
      }
      for (const [view, copy] of views) expect(view).toEqual(copy);
    }),
  );
});

test("a chunk into an empty queue is not copied", () => {
  const pending = new PendingBytes();
  const chunk = Buffer.from("abc");
  pending.append(chunk);
  expect(pending.view).toBe(chunk);
});
