/** The form of one raw-socket case: the bytes a client sends, and how the edge must read them. */

/** One message as the edge read it. What a case leaves out of an accepted one is not compared. */
export type Reading =
  | {
      readonly kind: "accepted";
      readonly method?: string;
      readonly target?: string;
      readonly host?: string;
      /** All fields as sent. */
      readonly fields?: readonly (readonly [name: string, value: string])[];
      /** One character a byte. */
      readonly body?: string;
    }
  | { readonly kind: "refused"; readonly status: number };

/** What the client does after the bytes: FIN, wait for the edge to act by itself, or wait for its patience to end. */
type Afterwards = "fin" | "wait" | "outwait";

/** One case. */
export interface RequestCase {
  readonly name: string;
  readonly rfc: string;
  /** One character a byte. */
  readonly bytes: string;
  readonly expected: readonly Reading[];
  readonly afterwards: Afterwards;
}

type Wanted = Omit<Extract<Reading, { kind: "accepted" }>, "kind">;

/** Everything is accepted; the client then sends FIN, so that nothing beyond it can hide. */
export function accepted(rfc: string, name: string, bytes: string, ...wanted: Wanted[]): RequestCase {
  const expected = (wanted.length === 0 ? [{}] : wanted).map((one) =>
    Object.assign({ kind: "accepted" as const }, one),
  );
  return { name, rfc, bytes, expected, afterwards: "fin" };
}

/** The edge must refuse and close on its own, without waiting for more. */
export function refused(rfc: string, name: string, bytes: string, status = 400): RequestCase {
  return { name, rfc, bytes, expected: [{ kind: "refused", status }], afterwards: "wait" };
}

/** Something is accepted, then something is refused. */
export function thenRefused(
  rfc: string,
  name: string,
  bytes: string,
  first: Wanted,
  status = 400,
): RequestCase {
  const expected = [
    { kind: "accepted" as const, ...first },
    { kind: "refused" as const, status },
  ];
  return { name, rfc, bytes, expected, afterwards: "wait" };
}

/** An unfinished message and FIN. */
export function cut(rfc: string, name: string, bytes: string): RequestCase {
  return { name, rfc, bytes, expected: [{ kind: "refused", status: 400 }], afterwards: "fin" };
}

/** An unfinished message and silence. */
export function late(rfc: string, name: string, bytes: string, ...expected: Reading[]): RequestCase {
  return { name, rfc, bytes, expected, afterwards: "outwait" };
}
