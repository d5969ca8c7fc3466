/** Spoiled and made-up frames by the thousand: nothing throws, nothing hangs, and splits change nothing. */
import { expect, test } from "bun:test";
import { http2Cases } from "./http2-cases.ts";
import { answerTarget } from "./http2-edge.ts";
import { InProcess } from "./in-process.ts";
import { frame, preface, settings } from "./wire.ts";

/** Numbers below `bound`, the same in each run. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** A known exchange with a few bytes changed, taken out, or doubled. */
function spoiled(next: (bound: number) => number): Buffer {
  const { sent } = http2Cases[next(http2Cases.length)]!;
  let bytes = Buffer.concat([preface, settings(), ...sent]);
  for (let count = 1 + next(4); count > 0; count--) {
    const at = 24 + next(bytes.length - 24);
    const kind = next(3);
    if (kind === 0) bytes[at] = next(256);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(24, at - 9))]);
  }
  return bytes;
}

/** Frames of any type on few streams, with random content. */
function madeUp(next: (bound: number) => number): Buffer {
  const frames = Array.from({ length: 1 + next(30) }, () => {
    const payload = Buffer.from(Array.from({ length: next(40) }, () => next(256)));
    return frame(next(11), next(256), next(8), payload);
  });
  return Buffer.concat([preface, settings(), ...frames]);
}

async function outcome(pieces: readonly Buffer[]): Promise<{ lines: string[]; open: number }> {
  const run = new InProcess((request) => answerTarget(request)).feed(pieces);
  const lines = await run.lines();
  run.connection.closed();
  const open = run.requests.filter(({ reply }) => !reply.isOver).length;
  return { lines, open };
}

const kinds = [
  ["spoiled", spoiled],
  ["made up", madeUp],
] as const;

test.each(kinds)(
  "%s frames are survived, and read the same whole and in pieces",
  async (_, make) => {
    const next = numbers(7);
    for (let round = 0; round < 1_500; round++) {
      const bytes = make(next);
      const whole = await outcome([bytes]);
      const size = 1 + next(40);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_unused, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(await outcome(pieces)).toEqual(whole);
      // Whoever served a request knows that it is over.
      expect(whole.open).toBe(0);
    }
  },
  60_000,
);
