import { hash } from 'node:crypto'

// Every term begins with what it is about, then the tenant's number: one tenant's terms are never another's.

/** The members of an entry that its terms are made from. Numbers stand for texts as in the log. */
export interface TermSource {
  tenantNo: number
  actionNo: number
  /** Places in the lists of `instance-row.ts`, and of `labels`. */
  state: number
  label: number
  isDisputed: boolean
  address: string | null
  userHash: number
  deviceHash: number | null
  ruleNos: readonly number[]
  words: readonly string[]
}

/** Positions are stored: append, never reorder. */
export const labels = [null, 'good', 'fraud'] as const

const HASH_DIGITS = 12

/** 48 bits of a text. Two texts may have the same: what a search finds is compared with the instance itself. */
export function hashOf(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, HASH_DIGITS), 16)
}

/** Lengths of the beginnings of a sortable address that are terms: networks of 8, 16, 24 bits and the address; 32, 48, 64 bits and the address. */
const blockLengths = { '4': [3, 5, 7, 9], '6': [9, 13, 17, 33] } as const
/** A range of more blocks is looked for by larger ones. */
const MOST_BLOCKS = 32

export const userTerm = (tenantNo: number, userHash: number) => `u${name(tenantNo)}_${name(userHash)}`
export const deviceTerm = (tenantNo: number, deviceHash: number) => `d${name(tenantNo)}_${name(deviceHash)}`
export const actionTerm = (tenantNo: number, actionNo: number) => `n${name(tenantNo)}_${name(actionNo)}`
export const stateTerm = (tenantNo: number, state: number) => `s${name(tenantNo)}_${state}`
export const ruleTerm = (tenantNo: number, ruleNo: number) => `r${name(tenantNo)}_${name(ruleNo)}`
export const labelTerm = (tenantNo: number, label: number) => `l${name(tenantNo)}_${label}`
export const disputedTerm = (tenantNo: number) => `x${name(tenantNo)}_1`
export const wordTerm = (tenantNo: number, word: string) => `w${name(tenantNo)}_${word}`
const addressTerm = (tenantNo: number, block: string) => `a${name(tenantNo)}_${block}`

function name(number: number): string {
  return number.toString(36)
}

/** Says of a term whether it tells anything of a person. Only rules, actions and states do not. */
export function isPersonal(term: string): boolean {
  return term.startsWith('u') || term.startsWith('d') || term.startsWith('a') || term.startsWith('w')
}

/** All terms of an entry, each once. */
export function termsOf(source: TermSource): Set<string> {
  const { tenantNo, actionNo, state, label, isDisputed, address, userHash, deviceHash, ruleNos, words } = source
  const terms = new Set([userTerm(tenantNo, userHash), actionTerm(tenantNo, actionNo), stateTerm(tenantNo, state)])
  if (deviceHash !== null) terms.add(deviceTerm(tenantNo, deviceHash))
  if (address !== null) for (const length of blockLengths[familyOf(address)]) terms.add(addressTerm(tenantNo, address.slice(0, length)))
  for (const ruleNo of ruleNos) terms.add(ruleTerm(tenantNo, ruleNo))
  if (label !== 0) terms.add(labelTerm(tenantNo, label))
  if (isDisputed) terms.add(disputedTerm(tenantNo))
  for (const word of words) terms.add(wordTerm(tenantNo, word))
  return terms
}

/**
 * Terms of which every address of a range has one. Others may have one, too, unless it is a single address. `undefined`: the range is too wide for terms.
 */
export function rangeTerms(tenantNo: number, { first, last }: { first: string; last: string }): string[] | undefined {
  if (first.charAt(0) !== last.charAt(0)) return undefined
  for (const length of blockLengths[familyOf(first)].toReversed()) {
    const [from, to] = [first, last].map((address) => BigInt(`0x${address.slice(1, length)}`)) as [bigint, bigint]
    if (to < from || to - from >= MOST_BLOCKS) continue
    return Array.from({ length: Number(to - from) + 1 }, (_, index) => {
      const digits = (from + BigInt(index)).toString(16).padStart(length - 1, '0')
      return addressTerm(tenantNo, first.charAt(0) + digits)
    })
  }
  return undefined
}

function familyOf(address: string): '4' | '6' {
  return address.startsWith('4') ? '4' : '6'
}
