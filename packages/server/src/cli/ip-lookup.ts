import { createInterface } from 'node:readline'
import { isMissing } from '@sallyport/engine'
import { type Command, InvalidArgumentError } from 'commander'
import { parseAddress } from '../addresses/parse-address.ts'
import type { ExplainedIpIntelligence } from '../ip/ip-intelligence.ts'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { addSettings, configOf, print } from './command-file.ts'

interface LookUpFlags {
  relayIsAnonymous?: boolean
  withoutLists?: boolean
  listsAge?: number
}

/**
 * `ip lookup`: prints every fact about addresses, one JSON object per line. Addresses are arguments, or lines of standard input.
 *
 * Needs no running server and no database. A line that is not an address gives `{"input": …, "error": "invalid_address"}` and the exit
 * code 1.
 */
export function addIpLookup(ip: Command): void {
  const command = ip
    .command('lookup')
    .description('print all facts about addresses with their sources, one JSON object per line')
    .argument('[address...]', 'addresses; without any, reads one per line from standard input')
    .option('--relay-is-anonymous', 'count IP relays (iCloud Private Relay) as anonymous')
    .option('--without-lists', 'leave out every list, to see what networks and their names alone say')
    .option('--lists-age <days>', 'take every list for so many days old (`90` or `90d`), to see what age does to the answers', parseDays)
  addSettings(command, ['data-dir']).action(async (addresses: string[], options: LookUpFlags & Record<string, unknown>) => {
    const { withoutLists, listsAge: listsAgeDays } = options
    const intelligence = await openIpIntelligence({ dataDir: configOf(options).dataDir, clock: Date.now, withoutLists, listsAgeDays })
    const describe = describer(intelligence, options.relayIsAnonymous === true)
    let hasError = false
    for await (const line of addresses.length > 0 ? addresses : linesOf(process.stdin)) {
      if (line.trim() === '') continue
      const answer = describe(line)
      if ('error' in answer) hasError = true
      print(JSON.stringify(answer))
    }
    if (hasError) process.exitCode = 1
  })
}

function parseDays(text: string): number {
  const match = /^(\d{1,5})d?$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Give a number of days, such as `90`.')
  return Number(match[1])
}

/** Facts come first. An unknown fact is `null`, with its reason in `missing`. */
function describer(intelligence: ExplainedIpIntelligence, treatRelayAsAnonymous: boolean): (line: string) => object {
  const dataSets = intelligence.dataSets().map(({ name, origin, state, dataDate, ageDays, entries, source }) => ({
    name,
    origin,
    state,
    dataDate: dataDate === null ? null : new Date(dataDate).toISOString().slice(0, 10),
    ageDays,
    entries,
    source,
  }))
  return (line) => {
    const address = parseAddress(line)
    if (address === null) {
      return { input: line.slice(0, 100), error: 'invalid_address', errorDescription: 'not an IP address, with or without a port' }
    }
    const facts: Record<string, unknown> = {}
    const missing: Record<string, string> = {}
    for (const [fact, value] of Object.entries(intelligence.lookUp(address, { treatRelayAsAnonymous }))) {
      facts[fact] = isMissing(value) ? null : value
      if (isMissing(value)) missing[fact] = value.missing
    }
    const evidence = intelligence.evidence(address)
    const used = new Set(evidence.map(({ dataSet }) => dataSet))
    return {
      input: line.trim(),
      ...facts,
      missing,
      evidence,
      dataVersion: intelligence.dataVersion,
      dataSets: dataSets.filter(({ name, state }) => state !== 'current' || used.has(name)),
    }
  }
}

function linesOf(input: NodeJS.ReadableStream): AsyncIterable<string> {
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
}
