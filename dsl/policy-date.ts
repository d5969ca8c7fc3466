/** Dates as policies write them. */

/** Ms since the epoch at which a day (UTC) or a moment is over; undefined when there is no such day. */
export function endOfDay(text: string): number | undefined {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = Date.parse(isDay ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(at)) return undefined;
  // JavaScript takes the 31st of February for one of March.
  if (isDay && new Date(at).toISOString().slice(0, 10) !== text) return undefined;
  return isDay ? at + 86_400_000 : at;
}
