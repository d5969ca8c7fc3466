/** Amounts as apps declare them: numbers without a currency. */

const grouped = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** An amount with thousands separated; cents only where there are any. */
export function amountText(amount: number): string {
  return Number.isInteger(amount) ? whole.format(amount) : grouped.format(amount);
}
