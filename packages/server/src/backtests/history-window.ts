import { ApiError } from '../errors/api-error.ts'

const thirtyDays = 30 * 86_400_000
const fiveYears = 5 * 366 * 86_400_000

/** The window of a query, in milliseconds UTC. Refuses one that is empty or longer than five years. */
export function historyWindow(given: { from?: number | undefined; to?: number | undefined }, now: number): { from: number; to: number } {
  const to = given.to ?? now
  const from = given.from ?? to - thirtyDays
  if (from >= to) throw new ApiError('invalid_request', '`from` must be before `to`')
  if (to - from > fiveYears) throw new ApiError('invalid_request', 'the window must not be longer than five years')
  return { from, to }
}
