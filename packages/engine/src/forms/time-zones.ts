/** The time zone as the IANA database spells it. `undefined`: there is none of that name. */
export function timeZoneMeant(text: string): string | undefined {
  const word = text.trim().replaceAll(' ', '_')
  const known = zones().get(word.toLowerCase())
  if (known !== undefined) return known
  try {
    // Knows every name of the database, also the older and the newer of two, but answers with one of them.
    const named = new Intl.DateTimeFormat('en', { timeZone: word }).resolvedOptions().timeZone
    if (!word.includes('/')) return word === word.toUpperCase() ? word : named
    // Names are capitalised word by word; those that are not (`Port_of_Spain`) are among the known ones.
    return word === word.toLowerCase() || word === word.toUpperCase() ? capitalised(word) : word
  } catch {
    return undefined
  }
}

let byLowerCase: ReadonlyMap<string, string> | undefined

function zones(): ReadonlyMap<string, string> {
  byLowerCase ??= new Map([...Intl.supportedValuesOf('timeZone'), 'UTC'].map((zone) => [zone.toLowerCase(), zone]))
  return byLowerCase
}

/** A part of a name in the spelling of the first name that has it, or as it is. */
export function timeZonePart(text: string): string {
  const lower = text.toLowerCase()
  for (const [name, zone] of zones()) {
    const at = name.indexOf(lower)
    if (zone.includes(text)) return text
    if (at !== -1) return zone.slice(at, at + lower.length)
  }
  return text
}

function capitalised(name: string): string {
  return name.toLowerCase().replace(/(^|[/_-])\p{L}/gu, (letter) => letter.toUpperCase())
}
