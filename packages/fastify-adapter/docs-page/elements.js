/**
 * Makes an element. Texts become text and never markup, since they are what plugins wrote.
 *
 * @param {string} name with classes behind dots, for example `p.quiet`
 * @param {...(Node | string | Record<string, string> | undefined)} parts children, and records of attributes
 * @returns {HTMLElement}
 */
export function element(name, ...parts) {
  const [tag, ...classes] = name.split('.');
  const made = document.createElement(tag);
  if (classes.length > 0) made.className = classes.join(' ');
  for (const part of parts) {
    if (part === undefined) continue;
    if (typeof part === 'string' || part instanceof Node) made.append(part);
    else for (const [attribute, value] of Object.entries(part)) made.setAttribute(attribute, value);
  }
  return made;
}

/** Text in the form of an anchor. */
export function anchor(text) {
  return text.replaceAll(/[^\w.-]+/g, '-');
}
