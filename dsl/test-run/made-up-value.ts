/** Values for `varying` where a test gives none: different for each request, the same in each run. */
import type { FieldTable } from "../field-table.ts";
import type { DescribedValue } from "../simulator-port.ts";

/** The value of a field for the request of this number, from 0. */
export function madeUpValue(name: string, index: number, fields: FieldTable<never>): DescribedValue {
  const number = index + 1;
  switch (fields.find(name)?.row.type) {
    case "ip":
      // RFC 2544: 198.18.0.0/15 belongs to nobody.
      return `198.${18 + ((index >> 16) & 1)}.${(index >> 8) & 255}.${index & 255}`;
    case "asn":
      // RFC 5398 reserves 64496 to 64511 and 65536 to 65551; beyond them lie private numbers.
      return 4_200_000_000 + index;
    case "int":
    case "score":
    case "duration":
    case "percent":
      return number;
    case "bool":
      return index % 2 === 0;
    case "country":
      return String.fromCharCode(65 + (Math.floor(index / 26) % 26), 65 + (index % 26));
    case "ja4":
      return `t13d1516h2_${hex(number)}_${hex(number + 1)}`;
    case "headerOrder":
    case "textList":
      return ["host", `x-${number}`];
    case "text":
    case "scalar":
    case undefined:
      return /mail|user/.test(name) ? `user${number}@test.example` : `value${number}`;
  }
}

function hex(number: number): string {
  return number.toString(16).padStart(12, "0");
}
