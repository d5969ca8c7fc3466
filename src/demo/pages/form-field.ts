/** Form fields shared by the pages that have forms. */
import { html, type SafeHtml } from "@remix-run/html-template";

/** What a field is; `value` is shown again after a mistake, so passwords and card numbers leave it out. */
export interface FormField {
  name: string;
  label: string;
  /** Id of the input; needed where one page has two fields of a name. */
  id?: string;
  type?: "text" | "email" | "password" | "number";
  value?: string;
  autocomplete?: string;
  placeholder?: string;
  required?: boolean;
}

/** A label and its input. */
export function field(of: FormField): SafeHtml {
  const id = of.id ?? `f-${of.name}`;
  return html`<p class="field">
    <label for="${id}">${of.label}</label>
    <input id="${id}" name="${of.name}" type="${of.type ?? "text"}" value="${of.value ?? ""}"
      autocomplete="${of.autocomplete ?? "off"}" placeholder="${of.placeholder ?? ""}" maxlength="200" ${of.required === false ? null : html`required`}>
  </p>`;
}

/** A choice of ways to pay, with the fields of each; `credit` shows account credit in words, if any. */
export function paymentFields(credit: string | undefined, withGiftCard: boolean): SafeHtml {
  return html`<fieldset class="payment">
    <legend>Payment</legend>
    <p class="choice"><label><input type="radio" name="pay" value="card" checked> Card</label></p>
    <div class="pay-card">
      ${field({ name: "card_number", label: "Card number", autocomplete: "cc-number", placeholder: "4242 4242 4242 4242", required: false })}
      <div class="pair">
        ${field({ name: "card_expiry", label: "Expires", autocomplete: "cc-exp", placeholder: "MM/YY", required: false })}
        ${field({ name: "card_cvc", label: "Security code", autocomplete: "cc-csc", placeholder: "123", required: false })}
      </div>
    </div>
    ${
      withGiftCard
        ? html`<p class="choice"><label><input type="radio" name="pay" value="gift_card"> Gift card</label></p>
          <div class="pay-gift">${field({ name: "gift_code", label: "Gift card code", placeholder: "HPGC-0000-0000-0000", required: false })}</div>`
        : null
    }
    ${
      credit === undefined
        ? null
        : html`<p class="choice"><label><input type="radio" name="pay" value="credit"> Account credit (${credit})</label></p>`
    }
  </fieldset>`;
}
