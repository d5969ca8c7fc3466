/** Finds what several token lists have in common, in order; the stretches between are where they differ. */

/** Products of lengths up to which the longest common subsequence is worked out exactly. */
const exactLimit = 400_000;

/** Index pairs of a common subsequence, ascending. Long lists that differ throughout give a shorter one than there is. */
export function commonTokens(left: readonly string[], right: readonly string[]): [number, number][] {
  const pairs: [number, number][] = [];
  match({ left, right, pairs }, [0, left.length], [0, right.length], 0);
  return pairs;
}

interface Lists {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly pairs: [number, number][];
}

type Range = readonly [from: number, to: number];

function match(lists: Lists, [from, to]: Range, [start, end]: Range, depth: number): void {
  const { left, right, pairs } = lists;
  let [low, start2] = [from, start];
  while (low < to && start2 < end && left[low] === right[start2]) pairs.push([low++, start2++]);
  let [high, end2] = [to, end];
  const tail: [number, number][] = [];
  while (high > low && end2 > start2 && left[high - 1] === right[end2 - 1]) tail.push([--high, --end2]);
  if (high > low && end2 > start2) {
    if ((high - low) * (end2 - start2) <= exactLimit) exact(lists, [low, high], [start2, end2]);
    else if (depth < 8) byAnchors(lists, [low, high], [start2, end2], depth);
  }
  pairs.push(...tail.reverse());
}

function exact({ left, right, pairs }: Lists, [from, to]: Range, [start, end]: Range): void {
  const columns = end - start + 1;
  const table = new Uint16Array((to - from + 1) * columns);
  for (let i = to - from - 1; i >= 0; i--) {
    for (let j = end - start - 1; j >= 0; j--) {
      const at = i * columns + j;
      table[at] =
        left[from + i] === right[start + j]
          ? table[at + columns + 1]! + 1
          : Math.max(table[at + columns]!, table[at + 1]!);
    }
  }
  let [i, j] = [0, 0];
  while (i < to - from && j < end - start) {
    const at = i * columns + j;
    if (left[from + i] === right[start + j]) pairs.push([from + i++, start + j++]);
    else if (table[at + columns]! >= table[at + 1]!) i++;
    else j++;
  }
}

/** Tokens that come once on each side and in the same order divide the lists. */
function byAnchors(lists: Lists, [from, to]: Range, [start, end]: Range, depth: number): void {
  const { left, right, pairs } = lists;
  const onLeft = once(left, from, to);
  const onRight = once(right, start, end);
  let [low, start2] = [from, start];
  for (const [token, at] of onLeft) {
    const there = onRight.get(token);
    if (there === undefined || there < start2 || at < low) continue;
    match(lists, [low, at], [start2, there], depth + 1);
    pairs.push([at, there]);
    [low, start2] = [at + 1, there + 1];
  }
  if (low > from) match(lists, [low, to], [start2, end], depth + 1);
}

function once(tokens: readonly string[], from: number, to: number): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = from; at < to; at++) {
    const token = tokens[at] ?? "";
    places.set(token, places.has(token) ? -1 : at);
  }
  for (const [token, at] of places) if (at < 0) places.delete(token);
  return places;
}
