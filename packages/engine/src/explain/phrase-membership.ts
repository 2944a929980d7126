import type { JsonValue } from '../facts/json-value.ts'
import { joinWords } from './join-words.ts'
import { listNamedBy, type Phrasing } from './phrasing.ts'
import { be, subjectOf } from './subject.ts'
import { plainText } from './vocabulary.ts'

/** `the country is one of NZ, AU and US`, `the tags include “vip”`, `the address is on the list “Office”`. */
export function phraseMembership([needle = null, container = null]: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string {
  const subject = subjectOf(needle, phrasing)
  const list = listNamedBy(container, phrasing)
  if (list !== undefined) return `${subject.phrase} ${be(subject, wanted)} on ${list}`
  if (Array.isArray(container)) {
    const values = container.map((value) => phrasing.value(value, phrasing, subject.show))
    if (values.length === 1) return `${subject.phrase} ${be(subject, wanted)} ${values[0]}`
    const are = subject.isPlural ? 'are' : 'is'
    if (values.length === 2)
      return `${subject.phrase} ${are} ${wanted ? `either ${values.join(' or ')}` : `neither ${values.join(' nor ')}`}`
    return `${subject.phrase} ${are} ${wanted ? 'one of' : 'none of'} ${joinWords(values, 'and')}`
  }
  const holder = subjectOf(container, phrasing)
  const [verb, verbs] = holder.noun?.kind === 'array' ? ['include', 'includes'] : ['contain', 'contains']
  const said = wanted ? (holder.isPlural ? verb : verbs) : `${holder.isPlural ? 'do' : 'does'} not ${verb}`
  return `${holder.phrase} ${said} ${phrasing.value(needle, phrasing, holder.show)}`
}

/** `the address is in 203.0.113.0/24`. */
export function phraseNetworks([address = null, networks = null]: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string {
  const subject = subjectOf(address, phrasing)
  const list = listNamedBy(networks, phrasing)
  if (list !== undefined) return `${subject.phrase} ${be(subject, wanted)} on ${list}`
  const named = Array.isArray(networks)
    ? joinWords(networks.map(plainText), 'or')
    : typeof networks === 'string'
      ? networks
      : phrasing.value(networks, phrasing)
  return `${subject.phrase} ${be(subject, wanted)} in ${named}`
}
