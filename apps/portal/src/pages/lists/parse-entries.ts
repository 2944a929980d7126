export type Entry = string | number
export type ItemType = 'string' | 'number'

/** What was typed or pasted: the entries, or what is wrong with a line. */
export type Parsed = { entries: Entry[] } | { mistake: string }

/** One entry on each line. Blanks around it and empty lines are left out, and so is what comes twice. */
export function parseEntries(text: string, type: ItemType): Parsed {
  const entries: Entry[] = []
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    const entry = line.trim()
    if (entry === '') continue
    if (type === 'number' && !Number.isFinite(Number(entry))) return { mistake: `Line ${place + 1} is no number: ${entry.slice(0, 40)}` }
    entries.push(type === 'number' ? Number(entry) : entry)
  }
  return { entries: [...new Set(entries)] }
}

/** The entries that contain a text, in upper or lower case. */
export function filterEntries(entries: readonly Entry[], search: string): readonly Entry[] {
  const wanted = search.trim().toLowerCase()
  return wanted === '' ? entries : entries.filter((entry) => String(entry).toLowerCase().includes(wanted))
}
