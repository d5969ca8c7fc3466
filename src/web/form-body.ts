/** Reads the small forms of the console. */
import { AppError } from "../app-error.ts";

const maxBytes = 8192;

/** The fields of a posted form. Throws AppError `bad_input` for another content type or more than 8 KiB. */
export async function formBody(request: Request): Promise<URLSearchParams> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded")
    throw new AppError("bad_input", "A form was expected here.");
  // INVARIANT: the listener's maxRequestBodySize bounds bodies that announce no length.
  if (Number(request.headers.get("content-length") ?? "0") > maxBytes) throw tooLong();
  const text = await request.text();
  if (text.length > maxBytes) throw tooLong();
  return new URLSearchParams(text);
}

function tooLong(): AppError {
  return new AppError("bad_input", "The form is too long.");
}
