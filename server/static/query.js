// The query editor: YASGUI with our prefixes and completions, and nothing from another host.
(function () {
  "use strict";
  var section = document.getElementById("editor");
  if (!section || !window.Yasgui) return;
  var form = document.querySelector("form.query");
  var Yasqe = window.Yasgui.Yasqe;
  var terms = fetch(section.dataset.completions).then(function (answer) {
    return answer.json();
  });

  function complete(kind, choose, autoShow) {
    Yasqe.forkAutocompleter(kind, {
      name: "registry-" + kind,
      bulk: true,
      autoShow: autoShow,
      persistenceId: null,
      get: function () {
        return terms.then(choose);
      },
    });
  }
  complete("class", function (found) { return found.classes; }, false);
  complete("property", function (found) { return found.properties; }, false);
  complete("prefixes", function (found) {
    return Object.keys(found.prefixes).map(function (prefix) {
      return prefix + ": <" + found.prefixes[prefix] + ">";
    });
  }, true);

  section.hidden = false;
  var endpoint = new URL(section.dataset.endpoint, document.baseURI);
  if (section.dataset.day) endpoint.searchParams.set("at", section.dataset.day);
  new window.Yasgui(document.getElementById("yasgui"), {
    autofocus: false,
    copyEndpointOnNewTab: true,
    persistenceId: null,
    persistencyExpire: 0,
    populateFromUrl: false,
    endpointCatalogueOptions: {
      getData: function () { return []; },
      keys: [],
      renderItem: function () {},
    },
    requestConfig: { endpoint: endpoint.href, method: "POST" },
    yasqe: {
      value: form.elements.query.value,
      prefixCcApi: null,
      persistenceId: null,
      autocompleters: ["variables", "registry-prefixes", "registry-class", "registry-property"],
      collapsePrefixesOnLoad: true,
      editorHeight: "20em",
    },
    yasr: { persistenceId: null },
  });
})();
