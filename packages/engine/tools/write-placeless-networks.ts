// Writes `src/facts/placeless-networks.ts`: the networks marked as satellite in the server's table of access networks, which people keep by hand.
// Usage: node packages/engine/tools/write-placeless-networks.ts
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { accessNetworks } from '../../server/src/ip/curated-networks.ts'

const numbers = accessNetworks.filter(({ kind }) => kind === 'satellite').map(({ asn }) => asn)
const lines: string[] = []
for (const number of numbers) {
  const text = `${String(number)},`
  const last = lines.at(-1)
  if (last === undefined || last.length + text.length > 140) lines.push(`  ${text}`)
  else lines[lines.length - 1] = `${last} ${text}`
}

writeFileSync(
  path.join(import.meta.dirname, '../src/facts/placeless-networks.ts'),
  `/**
 * Networks whose addresses say nothing about where their users are, beside those that hide their users: satellite operators, whose ground
 * stations may be on another continent, and networks on board of ships and planes.
 *
 * Anycast addresses are in hosting networks, which are no places either.
 *
 * Written by tools/write-placeless-networks.ts from the server's table of access networks; a test compares the two.
 */
export const placelessNetworks: ReadonlySet<number> = new Set([
${lines.join('\n')}
])
`,
)
