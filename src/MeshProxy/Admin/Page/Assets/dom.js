// The page's only ways to touch the document. Whatever came from the network is set as text, never as markup.

export const byId = id => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

export function setText(node, text) {
  if (node.textContent !== text)
    node.textContent = text;
}

export function setTitle(node, title) {
  if (node.title !== title)
    node.title = title;
}

export function setClass(node, name, on) {
  if (node.classList.contains(name) !== on)
    node.classList.toggle(name, on);
}

// As many children as there are items, reused by position: a table that changes every second must not be built every second.
export function fill(parent, items, make, update) {
  while (parent.childElementCount > items.length)
    parent.lastElementChild.remove();
  while (parent.childElementCount < items.length)
    parent.append(make());
  for (let i = 0; i < items.length; i++)
    update(parent.children[i], items[i]);
}
