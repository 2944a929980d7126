import { isMissing, type RuleTrace, type SignalDefinition, type Signals, signalRegistry, type TraceNode } from '@sallyport/engine'
import { z } from 'zod'
import { toIso } from '../http/iso-time.ts'
import type { DataSetStatus } from '../ip/ip-intelligence.ts'

export const receiptSignal = z.object({
  name: z.string().meta({ description: 'As rules write it.' }),
  value: z.unknown().optional(),
  missing: z.enum(['not_provided', 'not_applicable', 'unavailable']).optional().meta({ description: 'Why there is no value.' }),
  source: z.enum(['event', 'address data', 'profile', 'score', 'clock', 'counter']).meta({
    description:
      '`event`: what the application sent. `address data`: the IP data sets. `profile`: what was remembered of the user, the device or the address. `counter`: a velocity count.',
  }),
  dataSet: z.string().optional().meta({ description: 'The IP data set that answers it.' }),
  dataDate: z.string().optional().meta({ description: 'Of that data set. Absent: another version of it is in use now.' }),
  usedBy: z.array(z.string()).meta({ description: 'Ids of the rules that read it.' }),
})

/** Every signal of a decision. `dataSets`: those that it looked up, or none where they are no longer in use. */
export function describeReceiptSignals(
  signals: Signals,
  trace: readonly RuleTrace[],
  dataSets: readonly DataSetStatus[],
): z.infer<typeof receiptSignal>[] {
  const readers = readersOf(trace)
  const usedBy = (...names: readonly string[]) => [...new Set(names.flatMap((name) => readers.get(name) ?? []))]
  const described: z.infer<typeof receiptSignal>[] = (signalRegistry as readonly SignalDefinition[]).map((definition, position) => {
    const { name, aliases = [] } = definition
    const source = sourceOf(definition)
    return { name, ...known(signals.values[position]), source, ...dataSetOf(name, source, dataSets), usedBy: usedBy(name, ...aliases) }
  })
  for (const [name, value] of Object.entries(signals.features))
    described.push({ name: `velocity.${name}`, ...known(value), source: 'counter', usedBy: usedBy(`velocity.${name}`) })
  for (const [name, value] of Object.entries(signals.custom))
    described.push({ name: `custom.${name}`, value, source: 'event', usedBy: usedBy(`custom.${name}`) })
  for (const [name, value] of Object.entries(signals.userCustom))
    described.push({ name: `user.custom.${name}`, value, source: 'profile', usedBy: usedBy(`user.custom.${name}`) })
  return described
}

function known(value: Signals['values'][number] | undefined): Pick<z.infer<typeof receiptSignal>, 'value' | 'missing'> {
  if (value === undefined) return { missing: 'not_provided' }
  return isMissing(value) ? { missing: value.missing } : { value }
}

/** Facts of the address itself; the other signals of the family compare it with what is remembered. */
const addressFacts =
  /^ip\.(version|isPrivate|isAnonymous|isTor|isVpn|isProxy|isHosting|isRelay|isCrawler|isGateway|anonymityConfidence|asn|asnName|asnType|countryCodeInOfacList|location\..*)$/
const sentByApplication = /^(ip\.address|user\.id|device\.(id|isProven|type|isBot|browser\.name|os\.name))$/

function sourceOf({ name, family }: SignalDefinition): z.infer<typeof receiptSignal>['source'] {
  if (sentByApplication.test(name)) return 'event'
  if (addressFacts.test(name)) return 'address data'
  if (family === 'velocity') return 'counter'
  if (family === 'time') return name === 'time.isUnusualHour' ? 'profile' : 'clock'
  return family === 'risk' ? 'score' : 'profile'
}

function dataSetOf(name: string, source: string, dataSets: readonly DataSetStatus[]): { dataSet?: string; dataDate?: string } {
  if (source !== 'address data') return {}
  const fact = name.replace(/^ip\./, '').replace(/^location\.(country\.|city\.)?/, '')
  const names = fact === 'name' ? 'cityName' : fact
  const found = dataSets.find(({ facts, state }) => facts.includes(names) && state !== 'absent')
  if (found === undefined) return {}
  return { dataSet: found.name, ...(found.dataDate !== null && { dataDate: toIso(found.dataDate) }) }
}

/** The rules that read a signal, by its name. */
function readersOf(trace: readonly RuleTrace[]): Map<string, string[]> {
  const readers = new Map<string, string[]>()
  function note(node: TraceNode, ruleId: string): void {
    if (node.kind === 'group') for (const child of node.children) note(child, ruleId)
    else for (const { signal } of node.reads) readers.set(signal, [...(readers.get(signal) ?? []), ruleId])
  }
  for (const { ruleId, conditions } of trace) if (conditions !== null) note(conditions, ruleId)
  return readers
}
