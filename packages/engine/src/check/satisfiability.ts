import type { JsonValue } from '../facts/json-value.ts'
import { compileExpression } from '../language/compile-condition.ts'
import { operationOf } from '../language/condition.ts'
import { type Constraint, leafConstraint } from '../language/leaf-constraint.ts'
import { HOLDS, isCertain, truthOf } from '../language/truth.ts'
import { findSignal } from '../signals/registry.ts'
import { type Domain, domainOf, narrowed, negated } from './value-domain.ts'
import { type ConditionsContext, typeOfVariable, type ValueType } from './variable-type.ts'

/** A condition and whether it must hold or must not. */
export interface Goal {
  readonly logic: JsonValue
  readonly wanted: boolean
}

/** The most goals examined for one set of conditions. When they run out, the answer is "they can". */
const maxSteps = 5_000

/**
 * The state of a search for values that meet goals. One is used for all questions about the same conditions, so that it remembers results
 * and counts its steps.
 */
export interface Search {
  readonly context: ConditionsContext
  readonly constants: Map<JsonValue, boolean | undefined>
  steps: number
  /** The variable on which the last unsuccessful search failed. */
  conflict?: string
}

export function createSearch(context: ConditionsContext): Search {
  return { context, constants: new Map(), steps: maxSteps }
}

/**
 * Whether values exist that meet every goal, provided that nothing is missing. A "no" is certain: the search understands comparisons of one
 * variable with constants and assumes that everything else can be anything, as long as the same expression has the same value everywhere.
 */
export function canAllBe(goals: readonly Goal[], search: Search): boolean {
  search.conflict = undefined
  return canMeet([...goals], new Map(), new Map(), search)
}

function canMeet(goals: Goal[], domains: Map<string, Domain>, opaque: Map<string, boolean>, search: Search): boolean {
  const alternatives: Goal[][] = []
  for (let goal = goals.pop(); goal !== undefined; goal = goals.pop()) {
    if (--search.steps < 0) return true
    const operation = operationOf(goal.logic)
    const { wanted } = goal
    if (operation?.operator === 'and' || operation?.operator === 'or') {
      const inner = operation.args.map((logic) => ({ logic, wanted }))
      if ((operation.operator === 'and') === wanted) goals.push(...inner)
      else if (inner.length === 0) return false
      else alternatives.push(inner)
    } else if (operation?.operator === '!' || operation?.operator === '!!') {
      goals.push({ logic: operation.args[0] ?? null, wanted: operation.operator === '!' ? !wanted : wanted })
    } else if (!meet(goal, domains, opaque, search, alternatives)) {
      return false
    }
  }
  const [first, ...rest] = alternatives
  if (first === undefined) return true
  const remaining = rest.map(disjunction)
  return first.some((goal) => canMeet([goal, ...remaining], new Map(domains), new Map(opaque), search))
}

/** The alternatives as a single goal. */
function disjunction(alternatives: readonly Goal[]): Goal {
  return { logic: { or: alternatives.map(({ logic, wanted }) => (wanted ? logic : { '!': [logic] })) }, wanted: true }
}

function meet(goal: Goal, domains: Map<string, Domain>, opaque: Map<string, boolean>, search: Search, alternatives: Goal[][]): boolean {
  const constant = constantTruth(goal.logic, search)
  if (constant !== undefined) return constant === goal.wanted
  const leaf = leafConstraint(goal.logic)
  const type = leaf === undefined ? undefined : typeOfVariable(leaf.variable, search.context)
  if (leaf === undefined || typeof type !== 'object' || !leaf.constraints.every((constraint) => isOfType(constraint, type))) {
    const key = JSON.stringify(goal.logic)
    const known = opaque.get(key)
    opaque.set(key, goal.wanted)
    return known === undefined || known === goal.wanted
  }
  if (!goal.wanted && leaf.constraints.length > 1) {
    // Outside of a range: below it or above it.
    const variable: JsonValue = { var: leaf.variable }
    alternatives.push(
      leaf.constraints.flatMap((constraint) =>
        constraint.kind === 'compare' ? [{ logic: { [constraint.comparison]: [variable, constraint.constant] }, wanted: false }] : [],
      ),
    )
    return true
  }
  const name = findSignal(leaf.variable)?.definition.name ?? leaf.variable
  let domain = domains.get(name) ?? domainOf(type)
  for (const constraint of leaf.constraints) {
    const next = narrowed(domain, goal.wanted ? constraint : negated(constraint))
    if (next === undefined) {
      search.conflict = name
      return false
    }
    domain = next
  }
  domains.set(name, domain)
  return true
}

const typeNames: Partial<Record<ValueType['kind'], string>> = { boolean: 'boolean', number: 'number', text: 'string' }

/** Values of different types that are loosely equal (`false` and an empty text) are left alone. */
function isOfType(constraint: Constraint, type: ValueType): boolean {
  const constants = constraint.kind === 'compare' ? [constraint.constant] : constraint.values
  const isOrder = constraint.kind === 'compare' && /[<>]/.test(constraint.comparison)
  return constants.every((constant) => typeof constant === typeNames[type.kind]) && (!isOrder || type.kind === 'number')
}

/** Whether an expression without variables holds. `undefined`: it has variables, or no certain truth. */
export function constantTruth(logic: JsonValue, search: Search): boolean | undefined {
  if (!search.constants.has(logic)) search.constants.set(logic, readsVariables(logic) ? undefined : evaluateConstant(logic))
  return search.constants.get(logic)
}

function evaluateConstant(logic: JsonValue): boolean | undefined {
  try {
    const truth = truthOf(compileExpression(logic, new Map())({ values: [], custom: {}, userCustom: {}, features: {} }, undefined))
    return isCertain(truth) ? truth === HOLDS : undefined
  } catch {
    return undefined
  }
}

const reading = new Set(['var', 'missing', 'missing_some'])

function readsVariables(logic: JsonValue): boolean {
  if (typeof logic !== 'object' || logic === null) return false
  if (Array.isArray(logic)) return logic.some(readsVariables)
  return Object.entries(logic).some(([operator, args]) => reading.has(operator) || readsVariables(args))
}
