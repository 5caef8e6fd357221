// Offers people while one writes @ in a comment; without it their login is typed.
"use strict";

(() => {
  const BEGUN = /(?:^|[\s([{„“"'])@([^\s@,;:!?()[\]{}<>"'„“”]{0,50})$/;
  let count = 0;

  const equip = (field) => {
    const list = document.createElement("ul");
    list.id = `mentions-${++count}`;
    list.className = "ol-offer";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.dataset.mentionsLabel);
    field.after(list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    let at = -1;
    let asked = 0;

    const begun = () => BEGUN.exec(field.value.slice(0, field.selectionStart))?.[1];

    const close = () => {
      asked += 1;
      list.hidden = true;
      list.replaceChildren();
      field.removeAttribute("aria-activedescendant");
      at = -1;
    };

    const mark = (index) => {
      const all = [...list.children];
      at = (index + all.length) % all.length;
      all.forEach((each, number) => each.setAttribute("aria-selected", String(number === at)));
      field.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    };

    const take = (login) => {
      const end = field.selectionStart;
      const start = end - begun().length;
      field.setRangeText(`${login} `, start, end, "end");
      close();
      field.focus();
    };

    const show = (people) => {
      list.replaceChildren(
        ...people.map((person, number) => {
          const option = document.createElement("li");
          option.id = `${list.id}-${number}`;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          option.dataset.login = person.login;
          const name = document.createElement("span");
          name.textContent = person.name;
          const login = document.createElement("small");
          login.textContent = `@${person.login}`;
          option.append(name, login);
          return option;
        }),
      );
      list.hidden = !people.length;
      if (people.length) mark(0);
    };

    const look = async () => {
      const typed = begun();
      if (typed === undefined) {
        close();
        return;
      }
      const mine = (asked += 1);
      await new Promise((done) => setTimeout(done, 150));
      if (mine !== asked) return;
      try {
        const address = `${field.dataset.mentions}?${new URLSearchParams({ begun: typed })}`;
        const answer = await fetch(address, { redirect: "error" });
        const people = answer.ok ? await answer.json() : [];
        if (mine === asked) show(people);
      } catch {
        if (mine === asked) close();
      }
    };

    field.addEventListener("input", look);
    field.addEventListener("blur", () => setTimeout(close, 150));
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const keys = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Escape: close };
      const choose = () => take(list.children[at].dataset.login);
      const act = { ...keys, Enter: choose, Tab: choose }[event.key];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[data-login]");
      if (!option) return;
      event.preventDefault();
      take(option.dataset.login);
    });
  };

  document.querySelectorAll("[data-mentions]").forEach(equip);
})();
