/** The fields of a buffered request body, where every server reads it the same way; otherwise they are missing. */
import type { EdgeRequest } from "../accept/edge-request.ts";
import { type JsonNode, parseJson } from "./json-document.ts";
import { findJsonScalar, type JsonPath, jsonPath } from "./json-scalar.ts";
import { parsePairs, type QueryPair, valuesReadAlike } from "./query.ts";

/** How many bytes of a body are buffered for fields, at most; longer bodies have none. */
export const bodyFieldsLimit = 65_536;

/** A body that was read. */
export type BodyDocument =
  | { readonly kind: "json"; readonly root: JsonNode }
  | {
      readonly kind: "form";
      readonly pairs: readonly QueryPair[];
      readonly values: ReadonlyMap<string, string | undefined>;
    };

/** Reads a whole JSON or urlencoded body; undefined for other types, charsets and codings, and for malformed ones. */
export function readBody(request: EdgeRequest): BodyDocument | undefined {
  const { buffered } = request.body;
  const kind = bodyKind(request);
  const text = kind === "unread" || !buffered ? undefined : decode(buffered);
  if (text === undefined || !buffered) return undefined;
  if (kind === "form") return formOf(buffered, text);
  const root = parseJson(text);
  return root && { kind: "json", root };
}

/** What a buffered body can be read as. */
export function bodyKind(request: EdgeRequest): "json" | "form" | "unread" {
  const { buffered, isWhole } = request.body;
  if (!buffered || !isWhole || buffered.length === 0 || buffered.length > bodyFieldsLimit) return "unread";
  const type = singleField(request, "content-type");
  if (type === undefined) return "unread";
  const coding = singleField(request, "content-encoding");
  if (coding !== undefined && coding.toLowerCase() !== "identity") return "unread";
  return kindsByType.get(type) ?? learnKind(type);
}

/** The scalar at a dotted path of a body that can be read as JSON, as `bodyField` has it of the whole document. */
export function jsonScalar({ body: { buffered } }: EdgeRequest, path: string): string | undefined {
  const text = buffered && decode(buffered);
  return text === undefined ? undefined : findJsonScalar(text, pathOf(path));
}

/** Paths come from policies, which name few; more than so many are taken apart each time. */
const paths = new Map<string, JsonPath>();
const mostPaths = 512;

function pathOf(path: string): JsonPath {
  const known = paths.get(path);
  if (known) return known;
  const steps = jsonPath(path);
  if (paths.size < mostPaths) paths.set(path, steps);
  return steps;
}

function formOf(bytes: Uint8Array, text: string): BodyDocument | undefined {
  // The decoder takes a byte order mark away; to other readers it belongs to the first name.
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return undefined;
  const pairs = parsePairs(text);
  // HTML §4.10.21.8: the field in which a form may name its own charset.
  const charset = pairs.find(({ name }) => name === "_charset_")?.value.toLowerCase();
  if (charset !== undefined && charset !== "utf-8") return undefined;
  return { kind: "form", pairs, values: valuesReadAlike(pairs) };
}

/** True when some name stands in it twice, so that readers may take either. */
export function isAmbiguous(document: BodyDocument): boolean {
  if (document.kind === "form") return [...document.values.values()].includes(undefined);
  const rest: JsonNode[] = [document.root];
  for (let node = rest.pop(); node; node = rest.pop()) {
    if (node.kind === "array") rest.push(...node.items);
    else if (node.kind === "object") {
      if (node.ambiguous.size > 0) return true;
      for (const [, member] of node.members) rest.push(member);
    }
  }
  return false;
}

/** The scalar at a dotted path (`user.name`, `items.0.id`; in forms also `user[name]`); undefined if missing or ambiguous. */
export function bodyField(document: BodyDocument, path: string): string | undefined {
  return document.kind === "json" ? jsonField(document.root, path) : formField(document.values, path);
}

/** Elements that `bodyFields` visits at most; one more stands for the rest, unread. */
const mostElements = 1000;

/** The scalars at a dotted path that leads into every element of the lists on its way, in order. */
export function bodyFields(document: BodyDocument, path: string): (string | undefined)[] {
  if (document.kind === "form")
    return [formField(document.values, path)].filter((text) => text !== undefined);
  const found: (string | undefined)[] = [];
  const visit = (node: JsonNode | undefined, rest: readonly string[]): void => {
    if (found.length > mostElements) return;
    const [name, ...deeper] = rest;
    if (node?.kind === "array") for (const item of node.items) visit(item, rest);
    else if (name === undefined)
      found.push(node && node.kind !== "object" && node.kind !== "null" ? node.text : undefined);
    else if (node?.kind === "object" && !node.ambiguous.has(name)) visit(node.members.get(name), deeper);
    else found.push(undefined);
  };
  visit(document.root, path.split("."));
  return found;
}

function jsonField(root: JsonNode, path: string): string | undefined {
  let node: JsonNode | undefined = root;
  if (!path.includes(".")) node = jsonMember(node, path);
  else for (const name of path.split(".")) node = jsonMember(node, name);
  if (!node || node.kind === "object" || node.kind === "array" || node.kind === "null") return undefined;
  return node.text;
}

function jsonMember(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node?.kind === "object") return node.ambiguous.has(name) ? undefined : node.members.get(name);
  if (node?.kind === "array" && /^\d{1,5}$/.test(name)) return node.items[Number(name)];
  return undefined;
}

function formField(values: ReadonlyMap<string, string | undefined>, path: string): string | undefined {
  const dot = path.indexOf(".");
  if (dot < 0) return values.get(path);
  const bracketed = `${path.slice(0, dot)}[${path.slice(dot + 1).replaceAll(".", "][")}]`;
  if (!values.has(bracketed)) return values.get(path);
  return values.has(path) ? undefined : values.get(bracketed);
}

// Two fields of the name are read as the first by some and as a list by others.
function singleField(request: EdgeRequest, lowerName: string): string | undefined {
  const { lowerNames, values } = request;
  let found: string | undefined;
  for (let index = 0; index < lowerNames.length; index++) {
    if (lowerNames[index] !== lowerName) continue;
    if (found !== undefined) return "ambiguous";
    found = values[index];
  }
  return found;
}

/** Clients send few types; hostile ones end the learning. */
const kindsByType = new Map<string, "json" | "form" | "unread">();
const maxKinds = 256;
const longestLearnt = 128;

function learnKind(contentType: string): "json" | "form" | "unread" {
  const kind = (isUtf8(contentType) && kindOf(contentType)) || "unread";
  if (kindsByType.size < maxKinds && contentType.length <= longestLearnt) kindsByType.set(contentType, kind);
  return kind;
}

function kindOf(contentType: string): "json" | "form" | undefined {
  const type = mediaType(contentType);
  if (type === "application/json" || type === "text/json" || /^application\/[\w.-]+\+json$/.test(type))
    return "json";
  return type === "application/x-www-form-urlencoded" ? "form" : undefined;
}

/** A Content-Type's type and subtype, lower case, without parameters (RFC 9110 §8.3.1). */
export function mediaType(contentType: string): string {
  const semicolon = contentType.indexOf(";");
  return (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
}

function isUtf8(contentType: string): boolean {
  const charsets = contentType.toLowerCase().split(";").slice(1);
  return charsets.every((parameter) => {
    const [name = "", value = ""] = parameter.split("=", 2).map((part) => part.trim());
    return !name.startsWith("charset") || /^"?(?:utf-?8|us-ascii)"?$/.test(value);
  });
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
