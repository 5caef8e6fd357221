// Adds to forms with files, which work without it: files go up as soon as they are chosen or
// dropped, with their progress; signatures are drawn.
"use strict";

(() => {
  const told = (around, text, failed = false) => {
    const place = around.querySelector("[data-told]");
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("t-failed", failed);
  };
  const shown = (around, part) => {
    const bar = around.querySelector("progress");
    if (!bar) return;
    bar.hidden = part === null;
    if (part !== null) bar.value = part;
  };
  const token = () => document.querySelector("input[name=csrf]")?.value ?? "";

  // Sends a form and tells how far it is; fetch cannot.
  const posted = (address, data, around) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) shown(around, Math.round((100 * event.loaded) / event.total));
      });
      request.addEventListener("loadend", () => {
        shown(around, null);
        done(request);
      });
      shown(around, 0);
      told(around, around.dataset.sending ?? "");
      request.send(data);
    });
  const parsed = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };
  // Keeps one file; what the data say of it, or null after the reason was told.
  const kept = async (file, name, around) => {
    const data = new FormData();
    data.append("csrf", token());
    data.append("file", file, name);
    const answer = await posted("/uploads", data, around);
    const value = parsed(answer.responseText);
    if (answer.status === 200 && value?.sha256) {
      told(around, "");
      return value;
    }
    told(around, value?.sentence || around.dataset.failed || "", true);
    return null;
  };

  const hidden = (name, value) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = JSON.stringify(value);
    return field;
  };
  const size = (bytes) => {
    const language = document.documentElement.lang;
    const [number, unit] = bytes < 1048576 ? [bytes / 1024, "kB"] : [bytes / 1048576, "MB"];
    return `${number.toLocaleString(language, { maximumFractionDigits: 1 })} ${unit}`;
  };
  // The line of a new file, until the page comes again from the server.
  const line = (field, value) => {
    const item = document.createElement("li");
    const text = document.createElement("div");
    text.className = "grow ol-long";
    text.textContent = `${value.name} (${size(value.size)})`;
    text.prepend(field);
    item.append(text);
    return item;
  };
  const placed = (around, value) => {
    const name = around.dataset.field;
    const several = "several" in around.dataset;
    let list = around.querySelector("ul");
    if (!list) {
      list = document.createElement("ul");
      list.className = "ol-files plain";
      around.querySelector("[data-upload]").before(list);
    }
    if (!several) {
      list.replaceChildren();
      around.querySelectorAll(`:scope > input[type=hidden]`).forEach((each) => each.remove());
    }
    const places = [...around.querySelectorAll("input[type=hidden]")].map((each) =>
      Number(each.name.slice(name.length + 1)),
    );
    const next = Math.max(-1, ...places.filter(Number.isInteger)) + 1;
    const field = hidden(several ? `${name}.${next}` : name, value);
    list.append(line(field, value));
    return field;
  };
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  // Before anybody else hears of the change: the form is not to send the file once more.
  document.addEventListener(
    "change",
    async (event) => {
      const input = event.target;
      if (!input.matches?.("[data-upload]")) return;
      event.stopPropagation();
      const around = input.closest("[data-field]");
      const files = [...input.files];
      input.value = "";
      let last = null;
      for (const file of files) {
        const value = await kept(file, file.name, around);
        if (value) last = placed(around, value);
      }
      if (last) changed(last);
    },
    true,
  );

  // The list of an order's files: dropped or chosen, they travel while the page stays.
  const refusal = (page) =>
    new DOMParser().parseFromString(page, "text/html").querySelector("[data-refused]")?.textContent.trim();
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest?.("[data-drop]");
    if (!form) return;
    event.preventDefault();
    const answer = await posted(form.getAttribute("action"), new FormData(form), form);
    delete form.dataset.sent;
    if (answer.status === 200) location.assign(answer.responseURL);
    else told(form, refusal(answer.responseText) || form.dataset.failed, true);
  });
  const over = (event) => event.target.closest?.("[data-drop], [data-field]");
  document.addEventListener("dragover", (event) => {
    const around = over(event);
    if (!around || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    around.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => over(event)?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    const around = over(event);
    const input = around?.querySelector("input[type=file]");
    if (!input || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    around.classList.remove("over");
    input.files = event.dataTransfer.files;
    if (around.matches("[data-drop]")) around.requestSubmit();
    else changed(input);
  });

  // A preview stands in its place when it is opened; without scripts there is a link to its page.
  document.addEventListener(
    "toggle",
    async (event) => {
      const place = event.target.open && event.target.querySelector?.("[data-peek]");
      const link = place && place.querySelector("a");
      if (!link || place.dataset.peek) return;
      place.dataset.peek = "1";
      const answer = await fetch(link.href, { credentials: "same-origin" }).catch(() => null);
      const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      const shown = page && page.getElementById("shown");
      if (shown) place.replaceChildren(...shown.childNodes);
    },
    true,
  );

  // A signature is drawn with the pointer, and kept as a picture when the pointer rests.
  const drawing = (sign) => {
    const pad = sign.querySelector("[data-pad]");
    const canvas = pad?.querySelector("canvas");
    // What was just drawn stands on the pad already.
    if (pad?.dataset.drawn) sign.querySelector("[data-drawn]")?.remove();
    if (!canvas || pad.dataset.ready) return;
    pad.dataset.ready = "1";
    pad.hidden = false;
    const pen = canvas.getContext("2d");
    const field = sign.querySelector("[data-picture]");
    let down = false;
    let timer = 0;
    const clear = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#10203a" });
    };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [
        ((event.clientX - box.left) * canvas.width) / box.width,
        ((event.clientY - box.top) * canvas.height) / box.height,
      ];
    };
    const keep = () =>
      canvas.toBlob(async (picture) => {
        const value = picture && (await kept(picture, "signature.png", sign));
        if (!value) return;
        field.value = JSON.stringify(value);
        pad.dataset.drawn = "1";
        changed(field);
      }, "image/png");
    clear();
    canvas.addEventListener("pointerdown", (event) => {
      down = true;
      clearTimeout(timer);
      canvas.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(...at(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!down) return;
      pen.lineTo(...at(event));
      pen.stroke();
    });
    const up = () => {
      if (!down) return;
      down = false;
      timer = setTimeout(keep, 600);
    };
    canvas.addEventListener("pointerup", up);
    canvas.addEventListener("pointercancel", up);
    pad.querySelector("[data-clear]").addEventListener("click", () => {
      clearTimeout(timer);
      clear();
      field.value = "";
      delete pad.dataset.drawn;
      sign.querySelector("[data-drawn]")?.remove();
      changed(field);
    });
  };
  const ready = () => document.querySelectorAll("[data-sign]").forEach(drawing);
  window.addEventListener("pageshow", ready);
  document.addEventListener("htmx:after:swap", ready);
})();
