/**
 * A text for a CSV file. AD-05, CWE-1236: a spreadsheet takes a text that begins with `=`, `+`, `-`, `@`, `|`, a tab or a line break for a formula, also in its
 * full-width form or behind spaces: such a text gets an apostrophe in front.
 */
export function withoutFormula(text: string): string {
  return isFormula(text) ? `'${text}` : text
}

export function isFormula(text: string): boolean {
  return /^[\s\0\uFEFF]*[=+\-@|＝＋－＠｜]|^[\t\r\n]/.test(text)
}

/** A field in quotes (RFC 4180). */
export function quotedField(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
