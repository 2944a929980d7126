import { type IpFacts, isMissing, type Known, UNAVAILABLE } from '@sallyport/engine'
import { parseAddress } from '../addresses/parse-address.ts'
import { dayOf } from '../ip/day-of.ts'
import { describeInWords } from '../ip/describe-in-words.ts'
import type { Evidence, ExplainedIpIntelligence } from '../ip/ip-intelligence.ts'

/** Texts that are kept at a time. Many addresses have everything in common but themselves; too many texts would fill the memory. */
const mostTexts = 50_000

/**
 * Makes the line of `ip lookup` for one input: a JSON object. Facts come first; an unknown fact is `null`, with its reason in `missing`. The
 * data sets are those of the moment when this was called.
 *
 * A million lines have few different endings, so these are made once and kept.
 */
export function createLineDescriber(ip: ExplainedIpIntelligence, treatRelayAsAnonymous: boolean): (line: string) => DescribedLine {
  const describeDataSets = createDataSetDescriber(ip)
  const endings = new Map<string, string>()
  return (line) => {
    const parsed = parseAddress(line)
    if (parsed === null) {
      const problem = { error: 'invalid_address', errorDescription: 'not an IP address, with or without a port' }
      return { text: JSON.stringify({ input: line.slice(0, 100), ...problem }), isAddress: false }
    }
    const facts = ip.lookUp(parsed, { treatRelayAsAnonymous })
    const evidence = ip.evidence(parsed)
    const key = keyOf(facts, evidence)
    let ending = endings.get(key)
    if (ending === undefined) {
      ending = endingOf(facts, evidence)
      if (endings.size >= mostTexts) endings.clear()
      endings.set(key, ending)
    }
    const { address, network } = facts
    // An address in canonical text has no character that JSON escapes.
    const input = line === address ? `"${address}"` : JSON.stringify(line.trim())
    return {
      text: `{"input":${input},"address":"${address}","network":"${network}",${ending},${describeDataSets(evidence)}`,
      isAddress: true,
    }
  }
}

export interface DescribedLine {
  text: string
  isAddress: boolean
}

/**
 * Everything that the ending rests on. Names, types and sanctions follow from the network and the country, which are in the evidence, as is
 * everything that city data say.
 */
function keyOf(facts: IpFacts, evidence: readonly Evidence[]): string {
  const { version, isPrivate, isTor, isVpn, isProxy, isHosting, isRelay, isCrawler, isGateway, isAnonymous, anonymityConfidence } = facts
  let key = `${version}${isPrivate ? 'p' : ''}${sign(isTor)}${sign(isVpn)}${sign(isProxy)}${sign(isHosting)}${sign(isRelay)}${sign(isCrawler)}${sign(isGateway)}${sign(isAnonymous)}${typeof anonymityConfidence === 'number' ? anonymityConfidence : sign(anonymityConfidence)}`
  for (const { fact, value, dataSet, note } of evidence) key += `|${fact}${value}|${dataSet}|${note}`
  return key
}

function sign(value: Known<unknown>): string {
  return value === true ? '+' : value === false ? '-' : value === UNAVAILABLE ? '?' : '.'
}

function endingOf(facts: IpFacts, evidence: readonly Evidence[]): string {
  const { address: _, network: __, ...rest } = facts
  const known: Record<string, unknown> = {}
  const missing: Record<string, string> = {}
  for (const [fact, value] of Object.entries(rest)) {
    known[fact] = isMissing(value) ? null : value
    if (isMissing(value)) missing[fact] = value.missing
  }
  const sentence = describeInWords(facts, evidence)
  return JSON.stringify({ ...known, missing, sentence, evidence }).slice(1, -1)
}

/** Makes the JSON of the data sets that an answer rests on, and of those that are not current. */
function createDataSetDescriber(ip: ExplainedIpIntelligence): (evidence: readonly Evidence[]) => string {
  const all = ip.dataSets().map(({ name, origin, state, dataDate, ageDays, entries, source }) => ({
    name,
    origin,
    state,
    dataDate: dataDate === null ? null : dayOf(dataDate),
    ageDays,
    entries,
    source,
  }))
  const { dataVersion } = ip
  const texts = new Map<string, string>()
  return (evidence) => {
    let key = ''
    for (const { dataSet } of evidence) key += `${dataSet},`
    let text = texts.get(key)
    if (text === undefined) {
      const used = new Set(evidence.map(({ dataSet }) => dataSet))
      const dataSets = all.filter(({ name, state }) => state !== 'current' || used.has(name))
      text = JSON.stringify({ dataVersion, dataSets }).slice(1)
      texts.set(key, text)
    }
    return text
  }
}
