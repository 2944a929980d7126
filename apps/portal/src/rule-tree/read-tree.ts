import type { JsonValue } from '@sallyport/engine/facts'
import { alwaysMatches, operationOf } from '@sallyport/engine/language'
import type { Path } from './json-place.ts'
import { type Operand, readOperand, signalsIn } from './read-operand.ts'

/** How a condition tests its subject. The name is that of the operator with the subject on the left. */
export type TestName =
  | 'holds'
  | '=='
  | '==='
  | '!='
  | '!=='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'between'
  | 'strictly between'
  | 'chained between'
  | 'in'
  | 'contains'
  | 'inCidr'
  | 'startsWith'
  | 'endsWith'
  | 'matches'
  | 'isMissing'

/**
 * A part of conditions as the builder draws it.
 *
 * The tree is a reading of the conditions and never their copy: each part says where it stands, and a change replaces what stands there and nothing else
 * (`edit-tree.ts`). So conditions that are loaded and saved are the same to the last byte, whatever they hold.
 */
export type TreeNode = TreeGroup | TreeCondition | TreeNegation | TreeJson

interface Place {
  /** With the negation around it, if there is one. */
  path: Path
  /** Without that negation. */
  core: Path
  isNegated: boolean
}

export interface TreeGroup extends Place {
  kind: 'group'
  operator: 'and' | 'or'
  children: readonly TreeNode[]
}

export interface TreeCondition extends Place {
  kind: 'condition'
  test: TestName
  /** Written with the subject on the right: `2000 < amount` is read as `amount > 2000` and stays as it is written. */
  isTurned: boolean
  subject: Operand
  values: readonly Operand[]
}

/** A negation of something that is neither a group nor a condition without one of its own. */
export interface TreeNegation {
  kind: 'not'
  path: Path
  child: TreeNode
}

/** What the builder cannot draw whole. It stays as it is. */
export interface TreeJson {
  kind: 'json'
  path: Path
  logic: JsonValue
}

/** Reads conditions. `undefined`: they ask for nothing, so that the rule always matches. */
export function readTree(conditions: JsonValue | undefined): TreeNode | undefined {
  return alwaysMatches(conditions) || conditions === undefined ? undefined : readNode(conditions, [])
}

function readNode(logic: JsonValue, path: Path): TreeNode {
  const operation = operationOf(logic)
  if (operation?.operator === '!' && operation.args.length === 1) {
    const inside = argumentPath(logic, '!', path)
    const inner = readNode(operation.args[0] ?? null, inside)
    if ((inner.kind === 'group' || inner.kind === 'condition') && !inner.isNegated) return { ...inner, path, isNegated: true }
    return { kind: 'not', path, child: inner }
  }
  if (operation?.operator === 'and' || operation?.operator === 'or') {
    const { operator, args } = operation
    const children = args.map((arg, place) => readNode(arg, argumentPath(logic, operator, path, place)))
    return { kind: 'group', path, core: path, isNegated: false, operator, children }
  }
  return readCondition(logic, path) ?? { kind: 'json', path, logic }
}

/** A single argument may stand without its array. */
function argumentPath(logic: JsonValue, operator: string, path: Path, place = 0): Path {
  const isBare = !Array.isArray((logic as Record<string, JsonValue>)[operator])
  return isBare ? [...path, operator] : [...path, operator, place]
}

const mirrored: Readonly<Record<string, TestName>> = {
  '==': '==',
  '===': '===',
  '!=': '!=',
  '!==': '!==',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** The comparison with its sides changed over. `undefined`: it is none. */
export function mirrorOf(operator: string): TestName | undefined {
  return Object.hasOwn(mirrored, operator) ? mirrored[operator] : undefined
}

function readCondition(logic: JsonValue, path: Path): TreeCondition | undefined {
  const operation = operationOf(logic)
  if (operation === undefined) return undefined
  const { operator, args } = operation
  const place = { kind: 'condition', path, core: path, isNegated: false, isTurned: false } as const
  if (operator === 'var') {
    const subject = readOperand(logic, path)
    return subject?.kind === 'signal' ? { ...place, test: 'holds', subject, values: [] } : undefined
  }
  const operands = args.flatMap((arg, at) => readOperand(arg, argumentPath(logic, operator, path, at)) ?? [])
  if (operands.length !== args.length) return undefined
  const made = arrange(operator, operands)
  if (made === undefined || !isSubject(made.subject)) return undefined
  return made.values.every((value) => suits(made.test, value)) ? { ...place, ...made } : undefined
}

type Arrangement = Pick<TreeCondition, 'test' | 'subject' | 'values'> & { isTurned?: boolean }

/** Which argument is tested, and with what. */
function arrange(operator: string, operands: readonly Operand[]): Arrangement | undefined {
  const [first, second, third] = operands
  if (first === undefined) return undefined
  if (operands.length === 1) return operator === 'isMissing' ? { test: 'isMissing', subject: first, values: [] } : undefined
  if (second === undefined) return undefined
  const turned = mirrorOf(operator)
  if (operands.length === 2 && turned !== undefined) {
    return isConstant(first) && isSubject(second)
      ? { test: turned, isTurned: true, subject: second, values: [first] }
      : { test: operator as TestName, subject: first, values: [second] }
  }
  if (operands.length === 2 && operator === 'in') {
    if (isConstant(first) && second.kind === 'signal') return { test: 'contains', subject: second, values: [first] }
    return { test: 'in', subject: first, values: [second] }
  }
  if (operands.length === 2 && ['inCidr', 'startsWith', 'endsWith', 'matches'].includes(operator)) {
    return { test: operator as TestName, subject: first, values: [second] }
  }
  if (operands.length !== 3 || third === undefined) return undefined
  if (operator === 'between') return { test: 'between', subject: first, values: [second, third] }
  if (operator === '<') return { test: 'strictly between', subject: second, values: [first, third] }
  return operator === '<=' ? { test: 'chained between', subject: second, values: [first, third] } : undefined
}

function isConstant({ kind }: Operand): boolean {
  return kind === 'number' || kind === 'text' || kind === 'boolean'
}

function isSubject(operand: Operand): boolean {
  return operand.kind === 'signal' || (operand.kind === 'arithmetic' && signalsIn(operand).length > 0)
}

/** Whether there is a field for such a value with such a test. */
function suits(test: TestName, { kind }: Operand): boolean {
  if (test === 'in') return kind === 'values' || kind === 'list'
  if (test === 'inCidr') return kind === 'values' || kind === 'text' || kind === 'list'
  if (test === 'startsWith' || test === 'endsWith') return kind === 'values' || kind === 'text'
  if (test === 'matches') return kind === 'text'
  if (/between$/.test(test)) return kind === 'number' || kind === 'signal' || kind === 'arithmetic'
  return kind !== 'values' && kind !== 'list'
}

/** A part and everything in it, from the outside to the inside. */
export function* nodesOf(node: TreeNode): Generator<TreeNode> {
  yield node
  if (node.kind === 'group') for (const child of node.children) yield* nodesOf(child)
  if (node.kind === 'not') yield* nodesOf(node.child)
}
