// Puts things in the cart without leaving the page; without this file the forms work as they are.
const post = (path, body) =>
  fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });

async function addToCart(form) {
  const button = form.querySelector("button");
  const said = form.querySelector("[data-added]");
  button.disabled = true;
  try {
    const data = new FormData(form);
    const answer = await post("/api/cart", {
      product: Number(data.get("product")),
      quantity: Number(data.get("quantity")),
    });
    const result = await answer.json();
    if (answer.ok) document.querySelector("[data-cart-count]").textContent = result.count;
    said.textContent = answer.ok ? "It is in your cart." : result.message;
  } catch {
    said.textContent = "That did not work. Please try again.";
  }
  button.disabled = false;
}

for (const form of document.querySelectorAll("form[data-add-to-cart]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void addToCart(form);
  });
}
