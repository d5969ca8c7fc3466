/** Literals and the types that they fit; nothing is coerced. */
import type { ValueNode } from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { parseListEntry } from "./list-entry.ts";
import type { FieldType } from "./scheme.ts";

/** The value that a literal has for a type, or a sentence on what to write instead. */
export type TypedValue =
  | { readonly isValid: true; readonly value: string | number | boolean }
  | { readonly isValid: false; readonly help: string };

const valid = (value: string | number | boolean): TypedValue => ({ isValid: true, value });
const invalid = (help: string): TypedValue => ({ isValid: false, help });

/** Reads a literal as a field's type. */
export function valueOf(type: FieldType, node: ValueNode): TypedValue {
  switch (type) {
    case "text":
    case "textList":
      return textOf(node, node.text);
    case "scalar":
      return node.kind === "number" ? valid(node.value) : textOf(node, node.text);
    case "headerOrder":
      return textOf(node, node.text.toLowerCase());
    case "ja4":
    case "country":
    case "asn":
      return entryOf(type, node);
    case "int":
      return integerOf(node);
    case "score":
      return pointsOf(node);
    case "bool":
      return booleanOf(node);
    case "percent":
      return percentOf(node);
    case "duration": {
      const ms = node.kind === "duration" ? parseDuration(node.text) : undefined;
      return ms === undefined ? invalid("write a duration such as `10m`") : valid(ms);
    }
    case "ip":
      return addressOf(node);
  }
}

function textOf(node: ValueNode, text: string): TypedValue {
  return isTextual(node) ? valid(text) : invalid(`write \`"${node.text}"\``);
}

function isTextual(node: ValueNode): boolean {
  return node.kind === "text" || node.kind === "word";
}

const examples = { ja4: '"t13d1516h2_8daaf6152771_b0da82dd1658"', country: "DE", asn: "64500" };

function entryOf(type: "ja4" | "country" | "asn", node: ValueNode): TypedValue {
  const isWrongKind = type === "asn" ? node.kind === "text" : !isTextual(node);
  const entry = isWrongKind ? undefined : parseListEntry(type, node.text);
  if (entry !== undefined) return valid(entry);
  const unquoted = type === "asn" && parseListEntry(type, node.text) !== undefined;
  return invalid(
    unquoted
      ? `write \`${node.text}\` without quotes`
      : `write ${articleOf(type)} such as \`${examples[type]}\``,
  );
}

function articleOf(type: "ja4" | "country" | "asn"): string {
  return { ja4: "a JA4", country: "a country code", asn: "a network number" }[type];
}

function booleanOf(node: ValueNode): TypedValue {
  const isBoolean = node.kind === "word" && (node.text === "true" || node.text === "false");
  return isBoolean ? valid(node.text === "true") : invalid("write `true` or `false`");
}

function percentOf(node: ValueNode): TypedValue {
  const isPercentage = node.kind === "percent" && node.value <= 100;
  return isPercentage ? valid(node.value) : invalid("write a percentage such as `5%`");
}

function integerOf(node: ValueNode): TypedValue {
  if (node.kind === "number" && Number.isSafeInteger(node.value)) return valid(node.value);
  if (node.kind === "text" && /^\d+$/.test(node.text))
    return invalid(`write \`${node.text}\` without quotes`);
  if (node.kind === "percent") return invalid("a number is no percentage; write it without `%`");
  return invalid("write a whole number");
}

/** Points; `true` and `false` say whether there are enough of them. */
function pointsOf(node: ValueNode): TypedValue {
  const typed = node.kind === "word" ? booleanOf(node) : integerOf(node);
  return typed.isValid || node.kind !== "word"
    ? typed
    : invalid("write points such as `40`; alone it asks whether it matched");
}

function addressOf(node: ValueNode): TypedValue {
  if (node.kind === "text" && parseListEntry("ip", node.text) !== undefined) {
    return invalid(`write \`${node.text}\` without quotes`);
  }
  if (node.kind !== "address") return invalid("write an address such as `192.0.2.1`");
  if (parseListEntry("ip", node.text) !== undefined) return valid(node.text);
  if (parseListEntry("cidr", node.text) !== undefined)
    return invalid(`ask \`in [${node.text}]\` for a network`);
  return invalid("this is no address");
}
