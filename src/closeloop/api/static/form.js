// The hosted form: proves some work, sends what was filled in, and tells what is wrong at its field.
"use strict";
(() => {
  const form = document.querySelector("form");
  if (!form) return;
  const here = location.pathname;
  const status = document.getElementById("status");
  const button = form.querySelector("button");
  const asked = new URLSearchParams(location.search);
  const before = Number(asked.get("since")) || 0;
  let proof = null;
  let sent = null;

  const solve = (challenge) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(form.dataset.solver);
      worker.onmessage = (event) => {
        worker.terminate();
        resolve(btoa(JSON.stringify({ challenge, solution: event.data })));
      };
      worker.onerror = () => {
        worker.terminate();
        reject(new Error("solver"));
      };
      worker.postMessage(challenge.parameters);
    });

  const prove = () => {
    if (form.dataset.captcha !== "altcha") return Promise.resolve(undefined);
    proof ??= fetch(`${here}/challenge`, { cache: "no-store" })
      .then((answer) => {
        if (!answer.ok) throw new Error("challenge");
        return answer.json();
      })
      .then(solve)
      .catch((error) => {
        proof = null;
        throw error;
      });
    return proof;
  };

  let geetest = null;
  if (form.dataset.captcha === "geetest" && window.initGeetest4) {
    window.initGeetest4({ captchaId: form.dataset.geetest, product: "bind" }, (one) => {
      geetest = one;
    });
  }
  const pass = () =>
    new Promise((resolve, reject) => {
      if (!geetest) return reject(new Error("geetest"));
      geetest.onSuccess(() => resolve(geetest.getValidate()));
      geetest.onError(() => reject(new Error("geetest")));
      geetest.onClose(() => reject(new Error("closed")));
      geetest.showCaptcha();
    });

  const say = (text, bad) => {
    status.textContent = text;
    status.className = bad ? "alarm" : "";
  };

  const mark = (errors) => {
    form.querySelectorAll("[data-wrong]").forEach((one) => {
      one.hidden = true;
      one.textContent = "";
    });
    form.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
    let first = null;
    for (const error of errors) {
      const place = document.getElementById(`wrong-${error.field}`);
      if (!place) continue;
      place.textContent = error.message;
      place.hidden = false;
      const input = form.elements[error.field];
      const one = input instanceof RadioNodeList ? input[0] : input;
      one?.setAttribute("aria-invalid", "true");
      first ??= one;
    }
    first?.focus();
  };

  const measured = () => {
    const values = { seconds: Math.round((before + performance.now()) / 1000) };
    values.referrer = asked.get("referrer") ?? document.referrer;
    for (const [name, value] of asked) {
      if (name === "page" || name.startsWith("utm_")) values[name] = value;
    }
    return values;
  };

  const filled = () => {
    const values = {};
    for (const input of form.querySelectorAll("[name]")) {
      if (input.type === "checkbox" && input.dataset.many !== undefined) {
        values[input.name] ??= [];
        if (input.checked) values[input.name].push(input.value);
      } else if (input.type === "checkbox") {
        values[input.name] = input.checked;
      } else if (input.value.trim() !== "") {
        values[input.name] = input.value.trim();
      }
    }
    return values;
  };

  form.addEventListener("focusin", () => void prove().catch(() => undefined), { once: true });
  form.noValidate = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    say(form.dataset.sending, false);
    try {
      const values = filled();
      const key = JSON.stringify(values);
      // what was not answered is sent again as it was, so that it happens once
      if (sent?.key !== key) {
        const captcha = form.dataset.captcha === "geetest" ? await pass() : await prove();
        sent = { key, body: JSON.stringify({ ...measured(), ...values, captcha }) };
      }
      const answer = await fetch(here, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: sent.body,
      });
      const said = await answer.json();
      if (answer.ok) {
        form.hidden = true;
        const thanks = document.getElementById("thanks");
        thanks.hidden = false;
        thanks.focus();
        return;
      }
      if (answer.status < 500) sent = null;
      const errors = said.errors ?? [];
      mark(errors);
      if (errors.some((one) => one.field === "captcha")) {
        proof = null;
        sent = null;
      }
      say(said.detail ?? form.dataset.failed, true);
    } catch {
      say(form.dataset.failed, true);
    } finally {
      button.disabled = false;
    }
  });

  if (window.parent !== window) {
    const tell = () => {
      const height = document.documentElement.offsetHeight;
      window.parent.postMessage({ closeloop: "height", height }, "*");
    };
    new ResizeObserver(tell).observe(document.documentElement);
    tell();
  }
})();
