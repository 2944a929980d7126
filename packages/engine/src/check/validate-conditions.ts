import type { JsonValue } from '../facts/json-value.ts'
import { alwaysMatches, operationOf } from '../language/condition.ts'
import { findPassedLimit } from '../language/condition-limits.ts'
import { leafConstraint } from '../language/leaf-constraint.ts'
import { checkTypes } from './check-types.ts'
import { type ConditionFinding, pathTo } from './condition-finding.ts'
import { canAllBe, constantTruth, createSearch, type Goal, type Search } from './satisfiability.ts'
import { type ConditionsContext, typeOfVariable } from './variable-type.ts'

/**
 * Checks conditions before they are saved: size, operators, names, types, and parts that can never or always hold.
 *
 * Answers within milliseconds for any input. Conditions without an `error` compile; a `warning` is for the author to read.
 */
export function validateConditions(conditions: JsonValue | undefined, context: ConditionsContext): ConditionFinding[] {
  if (alwaysMatches(conditions) || conditions === undefined)
    return [{ severity: 'warning', path: '$', message: 'matches always: it asks for nothing' }]
  const passed = findPassedLimit(conditions)
  if (passed !== undefined) return [{ severity: 'error', path: '$', message: passed }]
  if (typeof conditions !== 'object' || Array.isArray(conditions)) {
    return [{ severity: 'error', path: '$', message: 'conditions are an object with one operator' }]
  }
  const findings = checkTypes(conditions, context)
  // Conditions with type errors have no meaning that could be contradictory.
  return findings.some((finding) => finding.severity === 'error') ? findings : [...findings, ...findIdleParts(conditions, context)]
}

/** Finds parts that can never hold, or that hold whenever their values are known. */
function findIdleParts(conditions: JsonValue, context: ConditionsContext): ConditionFinding[] {
  const search = createSearch(context)
  const idle: ConditionFinding[] = []
  const isDead = !canAllBe([{ logic: conditions, wanted: true }], search)
  visit({ logic: conditions, path: '$', positive: true, around: [], within: [] })
  if (isDead && !idle.some(({ severity }) => severity === 'error')) {
    idle.unshift({ severity: 'error', path: '$', message: 'can never hold: its parts contradict each other' })
  }
  return idle

  /** True when there was a finding about the part or about something inside it. */
  function visit(part: Part): boolean {
    const { logic, path, positive, around, within } = part
    const operation = operationOf(logic)
    if (idle.length >= maxIdle) return false
    const { operator, args } = operation ?? { operator: '', args: [] }
    if (operator === 'and' || operator === 'or') {
      const isConjunction = (operator === 'and') === positive
      const goals = args.map((arg) => ({ logic: arg, wanted: positive }))
      const inner = args.map((arg, i) =>
        visit({
          logic: arg,
          path: pathTo(pathTo(path, operator), i),
          positive,
          // When two siblings contradict each other, neither is to blame. They only count against what lies deeper.
          around: isConjunction ? around : within,
          within: isConjunction ? [...within, ...goals.filter((_, j) => j !== i)] : within,
        }),
      )
      return inner.includes(true) || say(part)
    }
    if (operator === '!' || operator === '!!') {
      const bare = typeof logic === 'object' && logic !== null && !Array.isArray(Object.values(logic)[0])
      const inside = bare ? pathTo(path, operator) : pathTo(pathTo(path, operator), 0)
      return visit({ ...part, logic: args[0] ?? null, path: inside, positive: operator === '!' ? !positive : positive })
    }
    return say(part)
  }

  function say({ logic, path, positive, around }: Part): boolean {
    if (!canAllBe([{ logic, wanted: positive }, ...around], search)) {
      const cause = causeOf(logic, positive, around, search)
      const message = positive ? `can never hold${cause}` : `always holds${cause}, so its negation never does`
      idle.push({ severity: isDead ? 'error' : 'warning', path, message })
      return true
    }
    if (canAllBe([{ logic, wanted: !positive }], search)) return false
    const cause = causeOf(logic, !positive, [], search)
    const message = positive
      ? `always holds where its values are known${cause}`
      : `can never hold${cause}, so its negation asks for nothing`
    idle.push({ severity: 'warning', path, message })
    return true
  }
}

/** More findings than anybody reads. */
const maxIdle = 20

interface Part {
  logic: JsonValue
  path: string
  /** Under an even number of negations. */
  positive: boolean
  /** What holds wherever this part matters. */
  around: readonly Goal[]
  /** The same, plus the siblings of this part: what holds wherever something inside this part matters. */
  within: readonly Goal[]
}

function causeOf(logic: JsonValue, wanted: boolean, around: readonly Goal[], search: Search): string {
  if (constantTruth(logic, search) !== undefined) return ': it depends on nothing'
  const { conflict } = search
  if (conflict === undefined) return ''
  if (around.length > 0 && canAllBe([{ logic, wanted }], search)) return ` here: \`${conflict}\` is already asked to be something else`
  const type = typeOfVariable(conflict, search.context)
  const range = typeof type === 'object' ? type.range : undefined
  const isLeaf = leafConstraint(logic) !== undefined
  if (!isLeaf || range === undefined) return ` whatever \`${conflict}\` is`
  return range[1] === Number.POSITIVE_INFINITY
    ? `: \`${conflict}\` is never below ${range[0]}`
    : `: \`${conflict}\` is always from ${range[0]} to ${range[1]}`
}
