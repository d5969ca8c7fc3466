/** A request as a JSON file describes it: for `sallyport explain`. */
import type { DescribedRequest, DescribedValue, JsonValue } from "../dsl/index.ts";
import { AppError } from "./app-error.ts";

/** Members that stand for one field each. */
const shorthand: Readonly<Record<string, string>> = {
  asn: "ip.asn",
  class: "ip.class",
  country: "ip.country",
  as_name: "ip.as_name",
};
/** Members whose own members are fields below a prefix. */
const groups: Readonly<Record<string, string>> = {
  headers: "header.",
  cookies: "cookie.",
  query: "query.",
  tls: "tls.",
  prints: "print.",
};

/** Reads `{ "method", "path", "host", "ip", "asn", "headers": {…}, "body": {…} }`. Throws AppError `bad_option`. */
export function describedRequest(text: string, name: string): DescribedRequest {
  const root = parsed(text, name);
  const fields = new Map<string, DescribedValue>();
  let body: DescribedRequest["body"];
  for (const [member, value] of Object.entries(root)) {
    if (member === "method" || member === "path") continue;
    const group = groups[member];
    if (member === "body" || member === "form") body = { kind: member === "body" ? "json" : "form", value };
    else if (group === undefined) fields.set(shorthand[member] ?? member, fieldValue(value, member));
    else if (isObject(value)) {
      for (const [inner, one] of Object.entries(value))
        fields.set(`${group}${inner}`, fieldValue(one, inner));
    } else throw new AppError("bad_option", `\`${member}\` in ${name} wants an object`);
  }
  const { method = "GET", path = "/" } = root;
  if (typeof method !== "string" || typeof path !== "string" || !path.startsWith("/")) {
    throw new AppError("bad_option", `${name} wants a method and a path as texts`);
  }
  return { method: method.toUpperCase(), target: path, fields, body };
}

function parsed(text: string, name: string): Readonly<Record<string, JsonValue>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError("bad_option", `${name} is no JSON`, cause);
  }
  if (!isObject(value)) throw new AppError("bad_option", `${name} wants an object that describes a request`);
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldValue(value: JsonValue, name: string): DescribedValue {
  if (value === null) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(String);
  throw new AppError("bad_option", `\`${name}\` wants a text, a number or a list`);
}
