/** The refusal of a message that is no acceptable request. */

/** Why a message is refused: the status to answer with, and a reason for the event log. */
export interface Refusal {
  readonly status: 400 | 405 | 408 | 413 | 414 | 417 | 431 | 501 | 505;
  readonly reason: string;
}

/** Refuses a malformed message. */
export function bad(reason: string): Refusal {
  return { status: 400, reason };
}

/** True for the refusal half of a result. */
export function isRefusal(result: object): result is Refusal {
  return "reason" in result && "status" in result;
}
