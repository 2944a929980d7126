import { managementHeaders } from './bank.ts'

/** Milliseconds of the pages of one kind. */
export interface PageTimes {
  name: string
  /** Of first pages, and of pages far behind them. */
  first: number[]
  deep: number[]
}

export interface PageQuery {
  name: string
  /** A path below the management API with its query, without a cursor. Drawn for each round. */
  path: () => string
}

const deepPages = 20

/**
 * Asks for the first page of each query, then goes on for twenty pages and counts the last ten, one request at a time. Each round draws other values, so that
 * no page is found where an earlier one has left it.
 */
export async function measurePages(port: number, queries: readonly PageQuery[], rounds: number): Promise<PageTimes[]> {
  const times = queries.map(({ name }): PageTimes => ({ name, first: [], deep: [] }))
  for (let round = 0; round < rounds; round++) {
    for (const [index, { path, name }] of queries.entries()) {
      const asked = path()
      const { first, deep } = times[index] as PageTimes
      let cursor: string | undefined
      // Deep pages in a few rounds only: they take twenty times as long.
      const pages = round < Math.ceil(rounds / 4) ? deepPages : 1
      for (let page = 0; page < pages; page++) {
        const next = cursor === undefined ? asked : `${asked}&cursor=${encodeURIComponent(cursor)}`
        const startedAt = performance.now()
        const body = await get(port, next)
        const ms = performance.now() - startedAt
        if (page === 0) first.push(ms)
        else if (page >= deepPages / 2) deep.push(ms)
        cursor = typeof body.cursor === 'string' ? body.cursor : undefined
        if (cursor === undefined) break
      }
      if (round === 0) console.error(`  ${name}: ${(first[0] ?? 0).toFixed(1)} ms`)
    }
  }
  return times
}

export async function get(port: number, path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/management${path}`, { headers: managementHeaders })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
