import { hash } from 'node:crypto'
import type { Instance } from '@sallyport/engine'

/** A value of a column, the same in both stores. */
export type MovedValue = string | number | null

/** One row on its way, the same whichever store it was read from. */
export interface MovedRow {
  tenantId: string
  /** JSON of its primary key in the target. */
  key: string
  /** Everything that the row says, in one canonical text: two rows are the same when these are. */
  text: string
  /** By column of the target. */
  values: Readonly<Record<string, MovedValue>>
  /** Instead of a `body` in `values`: each store writes it with numbers of its own. */
  instance?: Instance
}

/** Rows of some tables and tenants, however many and in whatever order they were counted. */
export interface Checksums {
  add(table: string, row: MovedRow): void
  /** By table and tenant, sorted by both. */
  list(): TenantChecksum[]
}

export interface TenantChecksum {
  table: string
  tenantId: string
  rows: number
  /** 32 hex digits. */
  sum: string
}

const modulus = 2n ** 128n

/** The sum of the rows' SHA-256, cut to 128 bits: it does not depend on the order, and two equal rows do not cancel each other out. */
export function createChecksums(): Checksums {
  const totals = new Map<string, { table: string; tenantId: string; rows: number; sum: bigint }>()
  return {
    add(table, { tenantId, text }) {
      const name = `${table}\n${tenantId}`
      let total = totals.get(name)
      if (total === undefined) {
        total = { table, tenantId, rows: 0, sum: 0n }
        totals.set(name, total)
      }
      total.rows += 1
      total.sum = (total.sum + BigInt(`0x${hash('sha256', `${name}\n${text}`, 'hex').slice(0, 32)}`)) % modulus
    },
    list: () =>
      [...totals]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { table, tenantId, rows, sum }]) => ({ table, tenantId, rows, sum: sum.toString(16).padStart(32, '0') })),
  }
}

/** One sentence for each table of a tenant that is not the same on both sides. */
export function differences(source: readonly TenantChecksum[], target: readonly TenantChecksum[]): string[] {
  const names = ({ table, tenantId }: TenantChecksum) => `\`${table}\` of tenant \`${tenantId}\``
  const there = new Map(target.map((sum) => [names(sum), sum]))
  const found = source.flatMap((sum) => {
    const name = names(sum)
    const other = there.get(name)
    there.delete(name)
    if (other?.rows !== sum.rows) return [`${name}: ${sum.rows} row(s) here, ${other?.rows ?? 0} there`]
    return other.sum === sum.sum ? [] : [`${name}: ${sum.rows} row(s) on both sides, with different contents`]
  })
  return [...found, ...[...there].map(([name, { rows }]) => `${name}: no row here, ${rows} there`)]
}
