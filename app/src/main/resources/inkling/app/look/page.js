'use strict';
(() => {
  const tokens = JSON.parse(document.getElementById('tokens').textContent);
  const text = document.getElementById('text');
  const panel = document.getElementById('panel');
  let same = [];
  let current = null;
  let pinned = false;

  function add(parent, name, content, className) {
    const element = document.createElement(name);
    if (content !== undefined) element.textContent = content;
    if (className) element.className = className;
    parent.append(element);
    return element;
  }

  function tree(parent, id) {
    const token = tokens[id];
    const item = add(parent, 'li');
    add(item, 'b', token.v).title = token.b;
    add(item, 'small', token.k === 'merge' ? '#' + token.r : token.b);
    if (token.m) {
      const parts = add(item, 'ul');
      token.m.forEach(part => tree(parts, part));
    }
  }

  const kinds = {
    merge: 'made by merges',
    byte: 'a single byte',
    special: 'a special token, never merged',
    whole: 'in the vocabulary as a whole; no merges lead to it',
  };

  function explain(id) {
    const token = tokens[id];
    panel.replaceChildren();
    add(panel, 'div', token.v, 'what');
    const list = add(panel, 'dl');
    const row = (name, value) => { add(list, 'dt', name); add(list, 'dd', value); };
    row('id', id);
    row('bytes', token.b + ' (' + token.b.split(' ').length + ')');
    if (token.r !== undefined) row('rank', String(token.r));
    row('kind', kinds[token.k]);
    const shown = text.querySelectorAll('span[data-t="' + id + '"]').length;
    row('in this text', shown + (shown === 1 ? ' time' : ' times') + ' among the tokens shown');
    if (token.m) {
      add(panel, 'div', 'Merge tree: each part with its rank; leaves are bytes.', 'note');
      tree(add(add(panel, 'div', undefined, 'tree'), 'ul'), id);
    }
    if (pinned) add(panel, 'p', 'Pinned; Escape or another tap frees it.', 'note');
  }

  function show(element) {
    if (current) current.classList.remove('on');
    same.forEach(span => span.classList.remove('same'));
    current = element;
    current.classList.add('on');
    const id = element.dataset.t;
    same = [...text.querySelectorAll('span[data-t="' + id + '"]')];
    same.forEach(span => span.classList.add('same'));
    explain(id);
  }

  const found = event => event.target.closest('[data-t]');

  document.addEventListener('mouseover', event => {
    const element = found(event);
    if (element && !pinned && element !== current) show(element);
  });
  document.addEventListener('focusin', event => {
    const element = found(event);
    if (element && !pinned) show(element);
  });
  document.addEventListener('click', event => {
    const element = found(event);
    if (!element) return;
    pinned = !(pinned && element === current);
    show(element);
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      pinned = false;
      if (current) explain(current.dataset.t);
    }
  });
  text.addEventListener('keydown', event => {
    const inside = current && current.parentElement === text;
    const next = {
      ArrowRight: () => inside ? current.nextElementSibling : text.firstElementChild,
      ArrowLeft: () => inside ? current.previousElementSibling : text.lastElementChild,
      Home: () => text.firstElementChild,
      End: () => text.lastElementChild,
    }[event.key];
    if (!next) return;
    event.preventDefault();
    const element = next();
    if (element) {
      pinned = true;
      show(element);
      element.scrollIntoView({block: 'nearest'});
    }
  });
})();
