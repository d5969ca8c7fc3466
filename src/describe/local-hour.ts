/**
 * The hour of the day where an address's network is, by its country: people sleep, scripts do not. Only countries whose
 * people share a zone, or two an hour apart, have one; a phone abroad and a VPN have another country's.
 */

const zones: Readonly<Record<string, string>> = {
  AE: "Asia/Dubai",
  AL: "Europe/Tirane",
  AR: "America/Argentina/Buenos_Aires",
  AT: "Europe/Vienna",
  BA: "Europe/Sarajevo",
  BD: "Asia/Dhaka",
  BE: "Europe/Brussels",
  BG: "Europe/Sofia",
  BO: "America/La_Paz",
  BY: "Europe/Minsk",
  CH: "Europe/Zurich",
  CN: "Asia/Shanghai",
  CO: "America/Bogota",
  CR: "America/Costa_Rica",
  CY: "Asia/Nicosia",
  CZ: "Europe/Prague",
  DE: "Europe/Berlin",
  DK: "Europe/Copenhagen",
  DZ: "Africa/Algiers",
  EE: "Europe/Tallinn",
  EG: "Africa/Cairo",
  ES: "Europe/Madrid",
  ET: "Africa/Addis_Ababa",
  FI: "Europe/Helsinki",
  FR: "Europe/Paris",
  GB: "Europe/London",
  GE: "Asia/Tbilisi",
  GH: "Africa/Accra",
  GR: "Europe/Athens",
  HK: "Asia/Hong_Kong",
  HR: "Europe/Zagreb",
  HU: "Europe/Budapest",
  IE: "Europe/Dublin",
  IL: "Asia/Jerusalem",
  IN: "Asia/Kolkata",
  IQ: "Asia/Baghdad",
  IR: "Asia/Tehran",
  IS: "Atlantic/Reykjavik",
  IT: "Europe/Rome",
  JO: "Asia/Amman",
  JP: "Asia/Tokyo",
  KE: "Africa/Nairobi",
  KH: "Asia/Phnom_Penh",
  KR: "Asia/Seoul",
  KW: "Asia/Kuwait",
  LK: "Asia/Colombo",
  LT: "Europe/Vilnius",
  LU: "Europe/Luxembourg",
  LV: "Europe/Riga",
  MA: "Africa/Casablanca",
  MD: "Europe/Chisinau",
  MT: "Europe/Malta",
  MY: "Asia/Kuala_Lumpur",
  NG: "Africa/Lagos",
  NL: "Europe/Amsterdam",
  NO: "Europe/Oslo",
  NP: "Asia/Kathmandu",
  PE: "America/Lima",
  PH: "Asia/Manila",
  PK: "Asia/Karachi",
  PL: "Europe/Warsaw",
  PT: "Europe/Lisbon",
  QA: "Asia/Qatar",
  RO: "Europe/Bucharest",
  RS: "Europe/Belgrade",
  SA: "Asia/Riyadh",
  SE: "Europe/Stockholm",
  SG: "Asia/Singapore",
  SI: "Europe/Ljubljana",
  SK: "Europe/Bratislava",
  TH: "Asia/Bangkok",
  TN: "Africa/Tunis",
  TR: "Europe/Istanbul",
  TW: "Asia/Taipei",
  UA: "Europe/Kyiv",
  UY: "America/Montevideo",
  VE: "America/Caracas",
  VN: "Asia/Ho_Chi_Minh",
  ZA: "Africa/Johannesburg",
};

const quarterMs = 900_000;

// Zones differ by quarters of an hour, and within one nothing changes: one look-up for each country and quarter.
const known = new Map<string, { readonly quarter: number; readonly hour: number }>();

/** 0 to 23; undefined for a country of several zones, an unknown one and none. `now` in ms. */
export function localHour(country: string | undefined, now: number): number | undefined {
  const zone = country === undefined || !Object.hasOwn(zones, country) ? undefined : zones[country];
  if (country === undefined || zone === undefined) return undefined;
  const quarter = Math.floor(now / quarterMs);
  const last = known.get(country);
  if (last?.quarter === quarter) return last.hour;
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", hourCycle: "h23" });
  const hour = Number(format.format(now));
  known.set(country, { quarter, hour });
  return hour;
}

/** The countries that have one. */
export const countriesWithHour: readonly string[] = Object.keys(zones);
