// Passkeys: the page brings the options; what the browser answers goes back in the form's hidden field.

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    const field = form.elements.Credential;
    if (field.value) return;
    event.preventDefault();
    try {
      const options = JSON.parse(form.dataset.options);
      const credential =
        form.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      field.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch (problem) {
      const text = form.querySelector("[data-problem]");
      text.textContent =
        problem.name === "InvalidStateError" ? "This device has a passkey of this account already." : "No passkey was used. Try again, or use another way.";
      text.hidden = false;
    }
  });
}
