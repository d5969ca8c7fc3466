/** The form of one raw response: the bytes an origin sends, and what the edge must make of them. */

/** What the client gets. */
type Relayed =
  | {
      readonly kind: "relayed";
      readonly status: number;
      readonly body: string;
      /** Lines that must be among the head's, as sent. */
      readonly lines: readonly string[];
      /** The origin's connection serves the next request, too. */
      readonly isKept: boolean;
      /** Heads of interim responses before it. */
      readonly interim: readonly number[];
      /** Trailer lines, as sent. */
      readonly trailers: string;
    }
  /** 502, and the origin's connection is given up. */
  | { readonly kind: "refused" }
  /** The head and a part of the body, and then the connection is cut: the client can tell. */
  | { readonly kind: "cut"; readonly body: string };

/** One case. */
export interface ResponseCase {
  readonly name: string;
  readonly rfc: string;
  readonly method: string;
  /** One character a byte. */
  readonly bytes: string;
  /** The origin sends FIN after the bytes. */
  readonly hasFin: boolean;
  readonly expected: Relayed;
}

type Wanted = Partial<Omit<Extract<Relayed, { kind: "relayed" }>, "kind">> & {
  readonly method?: string;
  readonly hasFin?: boolean;
};

/** The response passes; by default a 200 whose origin connection is kept. */
export function relayed(rfc: string, name: string, bytes: string, wanted: Wanted = {}): ResponseCase {
  const { method = "GET", hasFin = false, ...rest } = wanted;
  const usual = { status: 200, body: "", lines: [], isKept: !hasFin, interim: [], trailers: "" };
  return { name, rfc, method, bytes, hasFin, expected: { kind: "relayed", ...usual, ...rest } };
}

/** The response is not believed. */
export function refused(rfc: string, name: string, bytes: string, method = "GET"): ResponseCase {
  return { name, rfc, method, bytes, hasFin: false, expected: { kind: "refused" } };
}

/** The origin ends before its response is one. */
export function ended(rfc: string, name: string, bytes: string): ResponseCase {
  return { name, rfc, method: "GET", bytes, hasFin: true, expected: { kind: "refused" } };
}

/** The body breaks off or breaks its framing after a part of it was passed on. */
export function cut(rfc: string, name: string, bytes: string, body: string, hasFin = false): ResponseCase {
  return { name, rfc, method: "GET", bytes, hasFin, expected: { kind: "cut", body } };
}
