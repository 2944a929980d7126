import {
  type ExplainOptions,
  explainRule,
  type RuleTrace,
  readingText,
  type TraceLeaf,
  type TraceNode,
  type TraceResult,
} from '@sallyport/engine/explain'

type Json = NonNullable<Parameters<typeof explainRule>[0]['conditions']>

/** A condition or a group of them, as a line. */
export interface TraceLine {
  /** How deep it is nested. */
  depth: number
  isGroup: boolean
  result: TraceResult
  /** What is asked: `the transaction value is over 2,000`, or `All of` for a group. */
  text: string
  /** What was found: `the transaction value was 3,000`. */
  readings: readonly string[]
}

const groupWords = { and: 'All of these', or: 'Any of these', '!': 'Not so', '!!': 'So', if: 'If … then … else' } as const

/** The conditions of a rule with their results. `conditions`: the rule as it was saved; without it the names of signals stand in for words. */
export function traceLines(trace: Pick<RuleTrace, 'conditions'>, conditions: Json | undefined, options: ExplainOptions): TraceLine[] {
  return trace.conditions === null ? [] : linesOf(trace.conditions, conditions, options, 0)
}

function linesOf(node: TraceNode, logic: Json | undefined, options: ExplainOptions, depth: number): TraceLine[] {
  if (node.kind === 'leaf') {
    const readings = node.reads.map((read) => readingText(read, options))
    return [{ depth, isGroup: false, result: node.result, text: phraseLeaf(node, logic, options), readings }]
  }
  const args = argumentsOf(logic)
  const inner = node.children.flatMap((child, place) => linesOf(child, args[place], options, depth + 1))
  // A group of one is that one.
  if (node.children.length === 1 && (node.operator === 'and' || node.operator === 'or' || node.operator === '!!'))
    return inner.map((line) => ({ ...line, depth: line.depth - 1 }))
  return [{ depth, isGroup: true, result: node.result, text: groupWords[node.operator], readings: [] }, ...inner]
}

function argumentsOf(logic: Json | undefined): Json[] {
  if (typeof logic !== 'object' || logic === null || Array.isArray(logic)) return []
  const [args] = Object.values(logic) as Json[]
  return Array.isArray(args) ? (args as Json[]) : args === undefined ? [] : [args]
}

function phraseLeaf(leaf: TraceLeaf, logic: Json | undefined, options: ExplainOptions): string {
  if (logic === undefined) return plainText(leaf)
  const { sentence, structure } = explainRule(
    { ruleId: '', name: '', priority: 0, outcome: 'ALLOW', mode: 'active', conditions: logic },
    options,
  )
  return structure.when.kind === 'leaf' ? structure.when.text : sentence.replace(/^Allow (when )?/, '').replace(/\.$/, '')
}

function plainText({ signal, operator, expected, expectedSignal }: TraceLeaf): string {
  return [signal ?? 'a computed value', operator, expectedSignal ?? (expected === undefined ? '' : JSON.stringify(expected))]
    .join(' ')
    .trim()
}

/** What became of a rule in a decision, in a word. */
export function describeVerdict(
  rule: RuleTrace,
  decidedBy: string | undefined,
): { word: string; tone: 'decided' | 'matched' | 'doubt' | 'no' } {
  if (rule.problem !== undefined) return { word: 'could not be evaluated', tone: 'doubt' }
  if (rule.ruleId === decidedBy) return { word: 'decided', tone: 'decided' }
  if (!rule.applies) return { word: 'not for this user, or expired', tone: 'no' }
  if (rule.mode === 'shadow')
    return { word: rule.matched ? 'in shadow: would have matched' : 'in shadow: did not match', tone: rule.matched ? 'matched' : 'no' }
  if (rule.snooze !== undefined && rule.result === true) return { word: 'matches, and was snoozed', tone: 'doubt' }
  if (rule.result === 'undetermined')
    return { word: rule.matched ? 'cannot tell, so it counts as matched' : 'cannot tell, so it was skipped', tone: 'doubt' }
  if (rule.matched) return { word: 'matched too', tone: 'matched' }
  return rule.result === 'unknown' ? { word: 'did not match: a value is missing', tone: 'doubt' } : { word: 'did not match', tone: 'no' }
}

/** What a result is called, with its shape. */
export function describeResult(result: TraceResult): { shape: string; word: string } {
  if (result === true) return { shape: '✓', word: 'holds' }
  if (result === false) return { shape: '✗', word: 'does not hold' }
  return { shape: '?', word: result === 'unknown' ? 'cannot tell: there is no value' : 'cannot tell: a source was not available' }
}
