const PLACEHOLDER = /<([^<>\s"]+)>/g

/** The names between angle brackets in an input template. */
export const placeholdersOf = (template: string): string[] =>
  [...template.matchAll(PLACEHOLDER)].map((found) => found[1] as string)

/**
 * Replaces each placeholder by its value. Within a string of the template only a value's text is put in; elsewhere its
 * JSON. A path that led nowhere is an empty string.
 */
export function render(template: string, valueNamed: (name: string) => unknown): string {
  let out = ''
  let at = 0
  let quoted = false
  for (const found of template.matchAll(PLACEHOLDER)) {
    const between = template.slice(at, found.index)
    quoted = endsQuoted(between, quoted)
    const value = valueNamed(found[1] as string) ?? ''
    out += between + (quoted ? textOf(value) : JSON.stringify(value))
    at = found.index + found[0].length
  }
  return out + template.slice(at)
}

function endsQuoted(text: string, quoted: boolean): boolean {
  let inside = quoted
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index += 1
    else if (text[index] === '"') inside = !inside
  }
  return inside
}

const textOf = (value: unknown): string =>
  JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1)
