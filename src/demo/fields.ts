/** Reads single fields out of whatever a client sent as a form; anything odd reads as empty. */

/** The trimmed text of a form field, or "" if it is absent, repeated, a file, too long or has control characters. */
export function readField(body: unknown, name: string, maxLength = 200): string {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, name)) return "";
  const value: unknown = Reflect.get(body, name);
  if (typeof value !== "string" || value.length > maxLength) return "";
  // oxlint-disable-next-line no-control-regex -- they are what is refused here
  return /[\u0000-\u001f\u007f]/.test(value) ? "" : value.trim();
}

/** A password exactly as typed, spaces included; "" if absent or over 200 characters. */
export function readPassword(body: unknown, name = "password"): string {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, name)) return "";
  const value: unknown = Reflect.get(body, name);
  return typeof value === "string" && value.length <= 200 ? value : "";
}

/** A whole number from 0 to `max` written in digits, or undefined. */
export function readWhole(text: string, max: number): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

/** An e-mail address in the form that accounts are stored under, or undefined if it is none. */
export function parseEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  return email.length <= 254 && /^[^\s@<>"'(),;:\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(email)
    ? email
    : undefined;
}
