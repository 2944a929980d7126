import type { RuleDefinition } from '@sallyport/engine'
import { dayOf } from '../ip/day-of.ts'
import type { DataSetStatus, IpIntelligence } from '../ip/ip-intelligence.ts'
import type { RuleWarning } from './check-rules.ts'
import { readNames } from './warn-undetermined.ts'

export interface WarnListAgeDeps {
  ip: Pick<IpIntelligence, 'dataSets'>
}

/** Exits move within months. A list of hosting networks holds for a year. */
const SHORT_LIVED_DAYS = 120

/** An anonymous address is first of all one on these lists. */
const behindAnonymous = ['isTor', 'isVpn']

/**
 * Says how old the lists are that a rule rests on: lists that are stale, and lists of exits that came with the release and were not fetched since.
 * The rule works: what is on an old list is recognised, and addresses of people are not.
 */
export function warnListAge({ ip }: WarnListAgeDeps, rules: readonly RuleDefinition[]): RuleWarning[] {
  const dataSets = ip.dataSets().filter(isWorthSaying)
  if (dataSets.length === 0) return []
  return rules
    .filter((rule) => rule.mode !== 'off')
    .flatMap((rule) => {
      const facts = readNames(rule).flatMap((name) => (name === 'ip.isAnonymous' ? behindAnonymous : name.replace(/^ip\./, '')))
      const [oldest, ...others] = dataSets
        .filter((dataSet) => dataSet.facts.some((fact) => facts.includes(fact)))
        .sort((a, b) => (b.ageDays ?? 0) - (a.ageDays ?? 0))
      if (oldest === undefined) return []
      return [
        { ruleId: rule.ruleId, path: '$', message: `the rule *${rule.name.slice(0, 64)}* rests on ${listsOf(oldest, others.length)}` },
      ]
    })
}

function isWorthSaying({ origin, state, staleAfterDays }: DataSetStatus): boolean {
  if (origin === undefined || state === 'broken') return false
  return state === 'stale' || (origin === 'shipped' && staleAfterDays <= SHORT_LIVED_DAYS)
}

function listsOf({ name, dataDate, ageDays, origin }: DataSetStatus, others: number): string {
  const age = `${Math.floor(ageDays ?? 0)} days old (${dayOf(dataDate ?? 0)})`
  const from = origin === 'shipped' ? ' and came with the release' : ''
  const which =
    others === 0 ? `the IP list \`${name}\`, which is ${age}${from}` : `${others + 1} IP lists; the oldest, \`${name}\`, is ${age}${from}`
  return `${which}; \`sallyport ip update\` fetches newer ones`
}
