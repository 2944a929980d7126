/** Something that can be done now: from the palette, by its keys, or both. */
export interface Command {
  id: string
  title: string
  /** Keys one after the other: `g e`, `j`, `Ctrl+s`. */
  keys?: string
  /** More words by which the palette finds it. */
  words?: string
  /** Only by its keys: moving in a table is nothing to look for. */
  isHidden?: boolean
  run(): void
}

/** A key as commands name it: `e`, `?`, `Escape`, `Ctrl+k`. Command on a Mac is Ctrl. */
export function keyName({ key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const name = key.length === 1 && (ctrlKey || metaKey) ? key.toLowerCase() : key
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${name}`
}

/** What the keys pressed so far mean: a command, the beginning of one, or nothing. The command that was added last wins. */
export function matchKeys(commands: readonly Command[], pressed: readonly string[]): Command | 'more' | undefined {
  const text = pressed.join(' ')
  const exact = commands.findLast((command) => command.keys === text)
  if (exact !== undefined) return exact
  return commands.some((command) => command.keys?.startsWith(`${text} `)) ? 'more' : undefined
}

/** The commands that a search finds, the best first: every word has to be somewhere, and a title that begins so wins. */
export function findCommands<T extends Pick<Command, 'title' | 'words'>>(commands: readonly T[], search: string): T[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  const rank = ({ title }: T) => (title.toLowerCase().startsWith(wanted[0] ?? '') ? 0 : 1)
  return commands
    .filter(({ title, words = '' }) => wanted.every((word) => `${title} ${words}`.toLowerCase().includes(word)))
    .toSorted((a, b) => rank(a) - rank(b))
}
