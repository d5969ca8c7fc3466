/** The words that some places take, and header names worth offering. */
import { listTypeNames } from "../list-entry.ts";
import { frontFacts, normalisations } from "../lower-app.ts";
import { fakeKinds } from "../response-body-ir.ts";
import { withheldWords } from "../test-run/expectation.ts";
import type { WordKind } from "./roles.ts";

/** The words of a place; none where any will do. */
export function wordValues(what: WordKind): readonly string[] {
  switch (what) {
    case "method":
      return ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    case "listType":
      return listTypeNames();
    case "listFormat":
      return ["plain", "csv", "netset"];
    case "channelType":
      return ["slack", "email", "webhook"];
    case "normalise":
      return normalisations;
    case "fake":
      return fakeKinds;
    case "front":
      return frontFacts;
    case "withheld":
      return withheldWords;
    case "other":
      return [];
  }
}

/** Headers that policies ask about. */
export const headerNames: readonly string[] = [
  "accept",
  "accept-encoding",
  "accept-language",
  "authorization",
  "cache-control",
  "connection",
  "content-length",
  "content-type",
  "cookie",
  "host",
  "origin",
  "referer",
  "sec-ch-ua",
  "sec-ch-ua-mobile",
  "sec-ch-ua-platform",
  "sec-fetch-dest",
  "sec-fetch-mode",
  "sec-fetch-site",
  "sec-fetch-user",
  "upgrade-insecure-requests",
  "user-agent",
  "x-requested-with",
];
