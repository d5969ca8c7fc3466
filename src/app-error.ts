/** Operational failures: a closed code, a message fit for the public, and a private cause. */

/** Every operational failure that a person may meet. */
export type AppErrorCode =
  | "bad_option"
  | "port_taken"
  | "data_dir_unwritable"
  | "policies_unreadable"
  | "policies_invalid"
  | "database_unusable"
  | "store_timeout"
  | "network_data_unreadable"
  | "not_found"
  | "bad_input"
  | "unauthenticated"
  | "forbidden"
  | "too_many_attempts";

/** An operational failure; `publicMessage` may be shown, `cause` only logged. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly publicMessage: string;

  constructor(code: AppErrorCode, publicMessage: string, cause?: unknown) {
    super(publicMessage, cause === undefined ? undefined : { cause });
    this.name = "AppError";
    this.code = code;
    this.publicMessage = publicMessage;
  }
}

/** What to say when an address cannot be listened on; `cause` is what listening threw. */
export function listenError(hostname: string, port: number, cause: unknown): AppError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reason =
    code === "EADDRINUSE"
      ? "the port is taken"
      : code === "EACCES"
        ? "not permitted"
        : code || "the address is unusable";
  return new AppError("port_taken", `cannot listen on ${hostname}:${port}: ${reason}`, cause);
}

/** The HTTP status of each code (RFC 9110 §15). */
export const httpStatusOf: Record<AppErrorCode, number> = {
  bad_option: 400,
  port_taken: 500,
  data_dir_unwritable: 500,
  policies_unreadable: 500,
  policies_invalid: 422,
  database_unusable: 503,
  store_timeout: 503,
  network_data_unreadable: 500,
  not_found: 404,
  bad_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  too_many_attempts: 429,
};
