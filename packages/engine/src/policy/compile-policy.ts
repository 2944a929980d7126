import { isStricter } from '../facts/outcome.ts'
import { compileCondition } from '../language/compile-condition.ts'
import type { Test } from '../language/compiler.ts'
import type { PolicyContext, PolicyDefinition, RuleDefinition } from './policy-definition.ts'
import { findRecordReads } from './record-reads.ts'
import { compileGuards, type GuardedRules } from './rule-guards.ts'
import { compileSnoozes, type FindSnooze } from './snoozes.ts'

/** A policy that is ready to decide: compiled once for each version, used for every event. */
export interface Policy {
  readonly definition: PolicyDefinition
  readonly context: PolicyContext
  /** In order of priority. Rules that are off are left out. */
  readonly rules: readonly CompiledRule[]
  readonly guards: readonly GuardedRules[]
  /** What a decision keeps of the user's record, by the names of `UserRead`: whatever the rules can read. `undefined`: nothing. */
  readonly recordReads: readonly string[] | undefined
}

export interface CompiledRule {
  readonly definition: RuleDefinition
  readonly test: Test
  readonly isShadow: boolean
  /** Whether the rule matches when it is undetermined: it fails closed when it is stricter than the default. */
  readonly matchesWhenUndetermined: boolean
  /** The rule expires or is rolled out to a share of the users, so `appliesTo` has to be asked. */
  readonly isLimited: boolean
  /** Absent: the rule is snoozed for nobody. */
  readonly findSnooze: FindSnooze | undefined
  /** Why the conditions do not compile. Such a rule is undetermined for every event. */
  readonly problem?: string
}

/**
 * Compiles a policy to closures.
 *
 * Never throws: a stored rule that this release cannot compile carries its `problem` and is undetermined, so that it fails closed.
 */
export function compilePolicy(definition: PolicyDefinition, context: PolicyContext): Policy {
  const rules = definition.rules
    .filter((rule) => rule.mode !== 'off')
    .sort((a, b) => a.priority - b.priority)
    .map((rule) => compileRule(rule, definition, context))
  const conditions = rules.map((rule) => (rule.problem === undefined ? rule.definition.conditions : undefined))
  const [guards, recordReads] = [compileGuards(conditions), findRecordReads(conditions)]
  return Object.freeze({ definition, context, rules: Object.freeze(rules), guards, recordReads })
}

function compileRule(definition: RuleDefinition, policy: PolicyDefinition, context: PolicyContext): CompiledRule {
  const { test, problem } = compileSafely(definition, context)
  return {
    definition,
    test,
    isShadow: definition.mode === 'shadow',
    matchesWhenUndetermined: definition.whenUndetermined !== 'SKIP' && isStricter(definition.outcome, policy.defaultOutcome),
    isLimited: definition.expiresAt !== undefined || definition.rolloutPercent !== undefined,
    findSnooze: compileSnoozes(definition.snoozes),
    problem,
  }
}

function compileSafely(definition: RuleDefinition, context: PolicyContext): { test: Test; problem?: string } {
  try {
    return { test: compileCondition(definition.conditions, context.lists) }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    const test = () => {
      throw new Error(problem)
    }
    return { test, problem }
  }
}
