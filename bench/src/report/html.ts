/** HTML as a template tag: whatever is put into it is escaped, unless it is HTML already. */

/** A piece of HTML; only `html` and `trustedHtml` make one. */
export interface Html {
  readonly source: string;
}

type Value = Html | string | number | readonly Html[];

/** Joins a template and its values. */
export function html(template: TemplateStringsArray, ...values: readonly Value[]): Html {
  const source = template.reduce((before, part, index) => before + asSource(values[index - 1] ?? '') + part);
  return trustedHtml(source);
}

/** Takes HTML that was made elsewhere and holds nothing unescaped. */
export function trustedHtml(source: string): Html {
  return { source };
}

/** Escapes text for an element or for an attribute in quotes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function asSource(value: Value): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if ('source' in value) return value.source;
  return value.map(({ source }) => source).join('\n');
}
