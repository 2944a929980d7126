import { type Command, InvalidArgumentError } from 'commander'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { addSettings, configOf, isOutputClosed } from './command-file.ts'
import { createLineDescriber } from './describe-lines.ts'
import { createLinePrinter, linesOf } from './stream-lines.ts'

interface LookUpFlags {
  relayIsAnonymous?: boolean
  withoutLists?: boolean
  listsAge?: number
}

/**
 * `ip lookup`: prints every fact about addresses, one JSON object per line. Addresses are arguments, or lines of standard input.
 *
 * Needs no running server and no database. A line that is not an address gives `{"input": …, "error": "invalid_address"}` and the exit
 * code 1. Takes a million lines at once: what it reads and prints is never all in memory.
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
    const describe = createLineDescriber(intelligence, options.relayIsAnonymous === true)
    const printer = createLinePrinter(process.stdout)
    for await (const lines of addresses.length > 0 ? [addresses] : linesOf(process.stdin)) {
      for (const line of lines) {
        if (line.trim() === '') continue
        const { text, isAddress } = describe(line)
        if (!isAddress) process.exitCode = 1
        const waiting = printer.print(text)
        if (waiting !== undefined) await waiting
      }
      // People who type addresses see each answer at once; files come in larger pieces anyway.
      if (lines.length < 1000) await printer.flush()
      if (isOutputClosed()) break
    }
    await printer.flush()
  })
}

function parseDays(text: string): number {
  const match = /^(\d{1,5})d?$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Give a number of days, such as `90`.')
  return Number(match[1])
}
