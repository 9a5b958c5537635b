// Comfort for the form of a submission: what is open stays open, nothing typed is left behind by mistake, and the
// verdict follows the answers. The form does all it does without this script.
(function () {
  "use strict";
  var form = document.getElementById("entry");
  if (!form) return;
  var sending = false;
  var changed = form.dataset.changed === "yes";

  function open_parts() {
    return Array.from(form.querySelectorAll("details.part[open] > summary")).map(function (summary) {
      return summary.id;
    });
  }
  try {
    JSON.parse(sessionStorage.getItem("open-parts") || "[]").forEach(function (id) {
      var summary = document.getElementById(id);
      if (summary) summary.parentElement.open = true;
    });
  } catch (error) {
    sessionStorage.removeItem("open-parts");
  }
  function reveal() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    if (target && form.contains(target)) target.scrollIntoView({ block: "center" });
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  form.addEventListener("submit", function () {
    sending = true;
    sessionStorage.setItem("open-parts", JSON.stringify(open_parts()));
    setTimeout(function () { sending = false; }, 3000);
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed && !sending) event.preventDefault();
  });

  var stands = document.getElementById("verdict");
  var timer = null;
  var running = false;
  function judge() {
    if (running || !stands.querySelector(".verdict")) return;
    running = true;
    var body = new URLSearchParams(new FormData(form));
    body.set("do", "verdict");
    fetch(form.action.split("#")[0], { method: "POST", body: body, headers: { Accept: "text/html" } })
      .then(function (answer) { return answer.ok ? answer.text() : null; })
      .then(function (text) {
        if (text === null) return;
        var open = stands.querySelector("details[open]") !== null;
        stands.innerHTML = text;
        var details = stands.querySelector("details");
        if (open && details) details.open = true;
      })
      .finally(function () { running = false; });
  }
  form.addEventListener("input", function () {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(judge, 2500);
  });
})();
