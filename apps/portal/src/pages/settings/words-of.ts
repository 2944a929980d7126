/** The origins that were typed, one on a line or with blanks or commas between them; what comes twice is there once. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((part) => part !== ''))]
}

/** Whether a browser on a page of this host would take the relying party id at all. A different domain is not tried: browsers would ask it for permission. */
export function isAbove(rpId: string, host: string): boolean {
  return rpId !== '' && (host === rpId || host.endsWith(`.${rpId}`))
}
