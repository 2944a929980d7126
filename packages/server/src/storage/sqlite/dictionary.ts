import type { DatabaseSync } from 'node:sqlite'
import type { UndoLog } from './undo-log.ts'

/**
 * Short numbers for texts that the log repeats: tenants, actions, rules, versions of data. All of them are in memory, so only texts
 * of which there are few belong here.
 *
 * INVARIANT: a number, once given, means the same text for ever.
 */
export interface Dictionary {
  /** Gives the text a number if it has none. Writes; call it within a group. */
  toNumber(text: string): number
  /** `undefined`: nothing in the store mentions this text. */
  findNumber(text: string): number | undefined
  toText(number: number): string
}

export function createDictionary(database: DatabaseSync, undoLog: UndoLog): Dictionary {
  const insert = database.prepare('INSERT INTO dictionary (number, text) VALUES (?, ?)')
  const numbers = new Map<string, number>()
  const texts: (string | undefined)[] = []
  for (const row of database.prepare('SELECT number, text FROM dictionary').iterate()) {
    numbers.set(String(row.text), Number(row.number))
    texts[Number(row.number)] = String(row.text)
  }
  return {
    toNumber(text) {
      const known = numbers.get(text)
      if (known !== undefined) return known
      const number = Math.max(1, texts.length)
      insert.run(number, text)
      numbers.set(text, number)
      texts[number] = text
      undoLog.add(() => {
        numbers.delete(text)
        texts.length = number
      })
      return number
    },
    findNumber: (text) => numbers.get(text),
    toText(number) {
      const text = texts[number]
      if (text === undefined) throw new Error(`the store's dictionary lacks number ${number}: the database is damaged`)
      return text
    },
  }
}
