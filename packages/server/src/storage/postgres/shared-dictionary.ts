import type { TextNumbers } from '../instance-row.ts'
import { textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'

/** Another process gave this number out, or this text has none yet. */
class UnknownTextError extends Error {}

/** A transaction needs numbers for texts that have none. It has to end before they get some: `learn` them, and run it again. */
export class UnlearntTextsError extends Error {
  readonly texts: readonly string[]
  constructor(texts: readonly string[]) {
    super(`the dictionary lacks \`${texts.join('`, `')}\``)
    this.name = 'UnlearntTextsError'
    this.texts = texts
  }
}

/**
 * Short numbers for texts that instances repeat, one list for all processes. Each keeps in memory what it has seen of it, so only texts of which there
 * are few belong here.
 *
 * INVARIANT: a number, once given, means the same text for ever; it is committed before anything that uses it is written.
 */
export interface SharedDictionary extends TextNumbers {
  findNumber(text: string): number | undefined
  /** Gives numbers to the texts that have none. */
  learn(texts: Iterable<string>): Promise<void>
  /** Runs `decode`, and once more with what other processes have added. */
  decode<T>(decode: () => T): Promise<T>
  /**
   * The same for a transaction: it reads on the transaction's own connection, since waiting transactions may hold all others, and
   * `learn` throws `UnlearntTextsError` where a number would have to be given, which must not be undone with the transaction.
   */
  within(run: Run): SharedDictionary
}

const insertTexts: Statement = {
  name: 'insert_texts',
  text: 'INSERT INTO dictionary (text) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
}
const selectAll: Statement = { name: 'select_dictionary', text: 'SELECT number, text FROM dictionary' }

export function createSharedDictionary(run: Run): SharedDictionary {
  const numbers = new Map<string, number>()
  const texts = new Map<number, string>()

  async function refresh(on: Run): Promise<void> {
    const { rows } = await on<{ number: number; text: string }>(selectAll, [])
    for (const { number, text } of rows) {
      numbers.set(text, number)
      texts.set(number, text)
    }
  }

  const unknownOf = (wanted: Iterable<string>) => [...new Set(wanted)].filter((text) => !numbers.has(text))

  const decodeOn = async <T>(on: Run, decode: () => T): Promise<T> => {
    try {
      return decode()
    } catch (error) {
      if (!(error instanceof UnknownTextError)) throw error
    }
    await refresh(on)
    return decode()
  }

  const dictionary: SharedDictionary = {
    findNumber: (text) => numbers.get(text),
    toNumber(text) {
      const number = numbers.get(text)
      if (number === undefined) throw new UnknownTextError(`the dictionary lacks \`${text}\``)
      return number
    },
    toText(number) {
      const text = texts.get(number)
      if (text === undefined) throw new UnknownTextError(`the dictionary lacks number ${number}`)
      return text
    },
    async learn(wanted) {
      const unknown = unknownOf(wanted)
      if (unknown.length === 0) return
      // In one order in every process.
      await run(insertTexts, [textArray(unknown.sort())])
      await refresh(run)
    },
    decode: (decode) => decodeOn(run, decode),
    within: (own) => ({
      ...dictionary,
      async learn(wanted) {
        const unknown = unknownOf(wanted)
        if (unknown.length === 0) return
        await refresh(own)
        const left = unknownOf(unknown)
        if (left.length > 0) throw new UnlearntTextsError(left)
      },
      decode: (decode) => decodeOn(own, decode),
    }),
  }
  return dictionary
}
