import { transferAction } from './actions.ts'
import type { Transfer } from './bank.ts'
import type { DecisionView, FiredRule, SignalView } from './decision-view.ts'
import { type Action, mfa, sdk } from './mfa.ts'
import { dataWords, signalLabels } from './signal-labels.ts'

/** Reads the explanation of the decision about a transfer. */
export async function readDecision(transfer: Transfer): Promise<DecisionView> {
  const action = await mfa().getAction({ userId: transfer.userId, action: transferAction, idempotencyKey: transfer.id })
  return toDecisionView(action, sdk() === 'sallyport')
}

/**
 * Reads what the customer may be told: no rule, value or threshold. `undefined` when Sallyport has no such text or does not answer; the demo
 * works without it.
 */
export async function readReason(transfer: Transfer): Promise<string | undefined> {
  try {
    const action = await mfa().getAction({ userId: transfer.userId, action: transferAction, idempotencyKey: transfer.id })
    return textOf(action.output, 'endUserSentence')
  } catch {
    return undefined
  }
}

export function toDecisionView(action: Action, canBeDisputed: boolean): DecisionView {
  const { state, verificationMethod, disputedAt, rules = [], output } = action
  return {
    state,
    verificationMethod,
    sentence: inWords(textOf(output, 'sentence')) ?? sentenceFor(state, rules),
    otherwise: inWords(textOf(recordOf(output, 'counterfactual'), 'sentence')),
    rules: rules.map(({ name, description }) => ({ name, description })),
    signals: readSignals(action),
    isDisputed: disputedAt !== undefined,
    canBeDisputed,
  }
}

/** The sentence with the bank's own words for its data. */
function inWords(sentence: string | undefined): string | undefined {
  return dataWords.reduce((text, { name, words }) => text?.replaceAll(name, words), sentence)
}

function textOf(record: unknown, name: string): string | undefined {
  const value = isRecord(record) ? record[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** The signals of the decision, and the transfer's own data under the names that rules use. Missing signals are listed only with a label. */
function readSignals({ output, custom }: Action): SignalView[] {
  const known = { ...recordOf(output, 'signals') }
  for (const [name, value] of Object.entries(custom ?? {})) known[`custom.${name}`] = value
  const missing = recordOf(output, 'missing')
  const reasons = readReasons(output)
  const first = Object.keys(signalLabels).filter((name) => name in known || name in missing)
  const rest = Object.keys(known).filter((name) => !(name in signalLabels))
  return [...first, ...rest].map((name) => ({
    name,
    label: signalLabels[name],
    value: name in known ? formatValue(known[name]) : (missingReasons[String(missing[name])] ?? 'not known'),
    isReason: reasons.has(name),
  }))
}

/** The signals on which the deciding rule depended. */
function readReasons(output: unknown): Set<unknown> {
  const evidence = isRecord(output) && Array.isArray(output.evidence) ? output.evidence : []
  const reads = evidence.flatMap((row) => (isRecord(row) && Array.isArray(row.reads) ? row.reads : []))
  return new Set(reads.map((read) => (isRecord(read) ? read.signal : undefined)))
}

const missingReasons: Record<string, string> = {
  not_provided: 'not sent',
  not_applicable: 'does not apply',
  unavailable: 'no data',
}

function recordOf(output: unknown, name: string): Record<string, unknown> {
  const value = isRecord(output) ? output[name] : undefined
  return isRecord(value) ? value : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sentenceFor(state: string, rules: FiredRule[]): string {
  const [deciding] = rules
  const end = state.startsWith('CHALLENGE')
    ? 'a passkey was asked for'
    : state === 'ALLOW'
      ? 'the payment was allowed'
      : 'the payment was stopped'
  return deciding ? `The rule “${deciding.name}” fired, so ${end}.` : `No rule fired, so ${end}.`
}

function formatValue(value: unknown): string {
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(formatValue).join(', ')
  return typeof value === 'number'
    ? new Intl.NumberFormat('en-US', { maximumFractionDigits: 2, useGrouping: false }).format(value)
    : String(value)
}
