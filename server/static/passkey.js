// Passkeys: a form that names its options has a device make or use one, and sends what the device gave.
(function () {
  "use strict";
  if (!window.PublicKeyCredential) return;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function read(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    (options.allowCredentials || []).concat(options.excludeCredentials || []).forEach(function (known) {
      known.id = bytes(known.id);
    });
    return { publicKey: options };
  }

  function written(credential) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: {},
    });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    var told = form.querySelector("[role=status]");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      told.textContent = "";
      navigator.credentials[form.dataset.passkey](read(JSON.parse(form.dataset.options))).then(
        function (credential) {
          form.elements.credential.value = written(credential);
          form.submit();
        },
        function () {
          told.textContent = told.dataset.refused;
        }
      );
    });
  });
})();
