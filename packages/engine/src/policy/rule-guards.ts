import type { JsonValue } from '../facts/json-value.ts'
import { alwaysMatches, operationOf } from '../language/condition.ts'
import { leafConstraint } from '../language/leaf-constraint.ts'
import { isPlainKey, resolveVariable } from '../language/read-variable.ts'
import type { Signals } from '../signals/signals.ts'

/**
 * What up to 32 rules test first, tested once for all of them. A guard looks at one variable and says which rules may still hold. A rule
 * that no guard lets through certainly fails, so it is not evaluated. Rules are bits, the first rule the lowest.
 *
 * A rule is guarded in up to two parts that must both hold. Each part has guards of which one has to let the rule through.
 *
 * INVARIANT: a guard only stands for a test that cannot throw, with nothing before it that can, and only a certain *fails* closes it. So
 * skipping a rule gives the same result as evaluating it.
 */
export interface GuardedRules {
  readonly guards: readonly Guard[]
  /** The rules that pass without a guard. */
  readonly unguarded: Passes
}

/** The rules that pass, in their first part and in their second. In a guard: those that pass when it is not closed. */
interface Passes {
  readonly first: number
  readonly second: number
}

interface Guard extends Passes {
  readonly kind: 'boolean' | 'above' | 'below' | 'among'
  /** Where the variable is: a position in `values`, or -1 and a name in another source. */
  readonly position: number
  readonly source: 'values' | 'custom' | 'features'
  readonly name: string
  /** What closes it: this value, a number beyond this limit, or a value of this type that is not in `byValue`. */
  readonly closing: boolean
  readonly limit: number
  readonly type: 'boolean' | 'number' | 'string'
  readonly byValue: ReadonlyMap<unknown, Passes>
}

/** The rules that do not certainly fail, as bits. */
export function findCandidates({ guards, unguarded }: GuardedRules, { values, custom, features }: Signals): number {
  let { first, second } = unguarded
  for (let i = 0; i < guards.length; i++) {
    const guard = guards[i] as Guard
    const { kind, position } = guard
    const value = position >= 0 ? values[position] : guard.source === 'custom' ? custom[guard.name] : features[guard.name]
    if (kind === 'boolean') {
      if (value === guard.closing) continue
    } else if (kind === 'above') {
      if (typeof value === 'number' && value < guard.limit) continue
    } else if (kind === 'below') {
      if (typeof value === 'number' && value > guard.limit) continue
    } else if (typeof value === guard.type) {
      const passes = guard.byValue.get(value)
      if (passes === undefined) continue
      first |= passes.first
      second |= passes.second
      continue
    }
    first |= guard.first
    second |= guard.second
  }
  return first & second
}

/** With more guards for one part, the guards cost more than they save. */
const mostOfPart = 4

/** What one leaf tests about a variable. Leaves with the same test share a guard. */
interface Asked {
  variable: string
  kind: Guard['kind']
  type: Guard['type']
  /** The limit, the constant, or the values of which the variable must be one. */
  constants: readonly (string | number | boolean)[]
}

/** The number of rules that share guards: as many as a number has bits. */
export const rulesPerGuards = 32

/** Guards for the conditions of a policy's rules, in their order. */
export function compileGuards(conditions: readonly (JsonValue | undefined)[]): GuardedRules[] {
  const groups: GuardedRules[] = []
  for (let from = 0; from < conditions.length; from += rulesPerGuards) groups.push(guardsFor(conditions.slice(from, from + rulesPerGuards)))
  return groups
}

/** Members with the same test, by that test. */
type Families = Map<string, Member[]>

interface Member extends Passes {
  asked: Asked
}

function guardsFor(conditions: readonly (JsonValue | undefined)[]): GuardedRules {
  const rules = conditions.map((condition) => (condition === undefined || alwaysMatches(condition) ? [] : partsOf(condition)))
  const uses = new Map<string, number>()
  for (const asked of rules.flat(2)) uses.set(familyOf(asked), (uses.get(familyOf(asked)) ?? 0) + 1)
  const isShared = (asked: Asked) => (uses.get(familyOf(asked)) ?? 0) > 1

  const families: Families = new Map()
  let [first, second] = [0, 0]
  for (const [rule, [part, ...later]] of rules.entries()) {
    const bit = 1 << rule
    // A later part only saves work while the first part passes, so it is used only for tests that other rules share.
    const other = later.find((each) => each.every(isShared))
    if (part === undefined) first |= bit
    if (other === undefined) second |= bit
    for (const asked of part ?? []) addMember(families, { asked, first: bit, second: 0 })
    for (const asked of other ?? []) addMember(families, { asked, first: 0, second: bit })
  }
  return { guards: [...families.values()].map(toGuard), unguarded: { first, second } }
}

function addMember(families: Families, member: Member): void {
  const family = familyOf(member.asked)
  const members = families.get(family)
  if (members === undefined) families.set(family, [member])
  else members.push(member)
}

function familyOf({ variable, kind, type, constants }: Asked): string {
  return `${kind} ${kind === 'boolean' ? constants[0] : type} ${variable}`
}

/** The leaves of each part, of which one must not fail. Ends before the first part that may be anything else. */
function partsOf(condition: JsonValue): Asked[][] {
  const operation = operationOf(condition)
  if (operation?.operator !== 'and') {
    const leaves = leavesOf(condition)
    return leaves === undefined ? [] : [leaves]
  }
  const parts: Asked[][] = []
  for (const arg of operation.args) {
    const leaves = leavesOf(arg)
    if (leaves !== undefined) parts.push(leaves)
    if (!isHarmless(arg)) break
  }
  return parts
}

/** The leaves that all have to fail for a condition to fail at its first step. `undefined`: it may begin with something else. */
function leavesOf(condition: JsonValue): Asked[] | undefined {
  const operation = operationOf(condition)
  const [first] = operation?.args ?? []
  if (operation?.operator === 'and') return first === undefined ? undefined : leavesOf(first)
  if (operation?.operator === 'or') {
    const leaves = operation.args.flatMap((part) => leavesOf(part) ?? [undefined])
    return leaves.length === 0 || leaves.length > mostOfPart || leaves.includes(undefined) ? undefined : (leaves as Asked[])
  }
  const leaf = leafConstraint(condition)
  const asked = leaf?.constraints[0] && askedBy(leaf.variable, leaf.constraints[0])
  return asked === undefined || placeOf(asked.variable) === undefined ? undefined : [asked]
}

/** True for conditions that cannot throw: comparisons of one variable with constants, and combinations of these. */
function isHarmless(condition: JsonValue): boolean {
  const operation = operationOf(condition)
  if (operation === undefined) return typeof condition !== 'object' || condition === null
  const { operator, args } = operation
  if (operator === 'and' || operator === 'or' || operator === '!' || operator === '!!') return args.every(isHarmless)
  return leafConstraint(condition) !== undefined
}

type Constraint = NonNullable<ReturnType<typeof leafConstraint>>['constraints'][number]

function askedBy(variable: string, constraint: Constraint): Asked | undefined {
  if (constraint.kind === 'among') return among(variable, constraint.values)
  if (constraint.kind !== 'compare') return undefined
  const { comparison, constant } = constraint
  switch (comparison) {
    case '==':
    case '===':
      return typeof constant === 'boolean'
        ? { variable, kind: 'boolean', type: 'boolean', constants: [constant] }
        : among(variable, [constant])
    case '>':
    case '>=':
      return typeof constant === 'number' ? { variable, kind: 'above', type: 'number', constants: [constant] } : undefined
    case '<':
    case '<=':
      return typeof constant === 'number' ? { variable, kind: 'below', type: 'number', constants: [constant] } : undefined
  }
  return undefined
}

/** All values have to be of one type, because another type may compare loosely. */
function among(variable: string, constants: Asked['constants']): Asked | undefined {
  const type = typeof constants[0]
  if (type !== 'string' && type !== 'number') return undefined
  return constants.every((value) => typeof value === type) ? { variable, kind: 'among', type, constants } : undefined
}

function toGuard(members: readonly Member[]): Guard {
  const { variable, kind, type, constants } = (members[0] as Member).asked
  const values = new Set(members.flatMap(({ asked }) => asked.constants))
  const limits = [...values].filter((constant) => typeof constant === 'number')
  return {
    ...(placeOf(variable) as Place),
    kind,
    closing: constants[0] !== true,
    limit: kind === 'below' ? Math.max(...limits) : Math.min(...limits),
    type,
    byValue: new Map([...values].map((value) => [value, together(members.filter(({ asked }) => asked.constants.includes(value)))])),
    ...together(members),
  }
}

function together(members: readonly Passes[]): Passes {
  let [first, second] = [0, 0]
  for (const member of members) {
    first |= member.first
    second |= member.second
  }
  return { first, second }
}

type Place = Pick<Guard, 'source' | 'position' | 'name'>

function placeOf(name: string): Place | undefined {
  const variable = resolveVariable(name)
  if (variable.kind === 'signal') return { source: 'values', position: variable.position, name: '' }
  if (variable.kind === 'custom' && isPlainKey(variable.path)) return { source: 'custom', position: -1, name: variable.path }
  if (variable.kind === 'feature' && isPlainKey(variable.name)) return { source: 'features', position: -1, name: variable.name }
  return undefined
}
