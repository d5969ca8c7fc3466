/** Times in the ways that answers write them. */
import type { TimeFormat } from "./answer-template.ts";

/** A moment (ms since the epoch) as text. */
export function timeText(format: TimeFormat, at: number): string {
  switch (format.kind) {
    case "imf":
      return new Date(at).toUTCString();
    case "imfDash":
      return new Date(at).toUTCString().replace(/(\d\d) (\w{3}) (\d{4})/, "$1-$2-$3");
    case "seconds":
      return String(Math.floor(at / 1000));
    case "millis":
      return String(Math.floor(at));
    case "iso":
      return isoText(format, at);
  }
}

function isoText(format: Extract<TimeFormat, { kind: "iso" }>, at: number): string {
  const shifted = new Date(at + zoneMinutes(format.zone) * 60_000);
  const [date = "", clock = ""] = shifted.toISOString().slice(0, -1).split("T");
  if (format.time === 0) return date;
  const [seconds = "", millis = ""] = clock.split(".");
  const time = format.time === 2 ? seconds.slice(0, 5) : seconds;
  // Finer than a millisecond nobody measures: those digits are as good as random, and here come from the date.
  const fine = `${millis}${String((at * 7919) % 1_000_000).replace(".", "")}000000`.slice(0, format.fraction);
  return `${date}${format.separator}${time}${format.fraction > 0 ? `.${fine}` : ""}${format.zone}`;
}

/** Minutes east of UTC of `+02:00`, `+0200` or `Z`. */
export function zoneMinutes(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}
