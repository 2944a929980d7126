import { InvalidArgumentError } from 'commander'

/** The number of records that a command prints at most. */
export function parseLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidArgumentError('use a whole number of at least 1')
  return limit
}
