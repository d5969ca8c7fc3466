/** Money is whole pence inside the shop; these turn it into what people and JSON clients read. */

/** `1250` as `£12.50`. */
export function formatMoney(pence: number): string {
  return `£${(pence / 100).toFixed(2)}`;
}

/** Pence as the decimal pounds of the JSON APIs. */
export function toPounds(pence: number): number {
  return pence / 100;
}

/** Pounds from a client as pence; undefined unless positive, finite and exact to the penny. */
export function parsePounds(value: unknown): number | undefined {
  const pounds =
    typeof value === "string" && /^\d{1,6}(\.\d{1,2})?$/.test(value.trim()) ? Number(value) : value;
  if (typeof pounds !== "number" || !Number.isFinite(pounds) || pounds <= 0 || pounds > 999_999)
    return undefined;
  const pence = Math.round(pounds * 100);
  return Math.abs(pence - pounds * 100) < 1e-6 && pence > 0 ? pence : undefined;
}
