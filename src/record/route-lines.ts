/** Lines of policy text that declare what was found, ready to be pasted into each app. */
import type { UntaggedLogin } from "./untagged-logins.ts";

const tagsByWord: readonly (readonly [word: RegExp, tag: string])[] = [
  [/gift|voucher|redeem/, "gift_card"],
  [/register|registration|sign[_-]?up/, "registration"],
  [/reset|forgot|recover/, "reset"],
];

/** By app: a `route` line each, and `identify` lines for the names that were seen. */
export function routeLines(found: readonly UntaggedLogin[]): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>();
  const taken = new Set<string>();
  for (const one of found) {
    const own = lines.get(one.app) ?? [];
    lines.set(one.app, own);
    // What the language has no name for is left to people: hostile text never becomes policy text.
    if (!/^(?:\/(?:[\w.~-]+|:id))+$/.test(one.path)) continue;
    own.push(`route ${nameOf(one, taken)} ${one.method} ${withNames(one.path)} tagged ${tagOf(one)}`);
    const user = one.userField?.replaceAll(/\[(\w+)\]/g, ".$1");
    const identify = `identify username = body.${user ?? ""}`;
    if (user !== undefined && /^\w+(?:\.\w+)*$/.test(user) && !own.includes(identify)) own.push(identify);
  }
  return lines;
}

function tagOf({ word }: UntaggedLogin): string {
  return tagsByWord.find(([pattern]) => word !== undefined && pattern.test(word))?.[1] ?? "auth";
}

function nameOf({ app, path }: UntaggedLogin, taken: Set<string>): string {
  const words = path.split("/").filter((segment) => /^[a-z]\w*$/.test(segment));
  const base = `found_${words.slice(-2).join("_") || "route"}`.slice(0, 40);
  let name = base;
  for (let count = 2; taken.has(`${app} ${name}`); count++) name = `${base}_${count}`;
  taken.add(`${app} ${name}`);
  return name;
}

function withNames(path: string): string {
  let count = 0;
  return path.replaceAll(":id", () => (++count === 1 ? ":id" : `:id${count}`));
}
