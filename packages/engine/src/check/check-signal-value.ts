import { isMissing, isMissingReason, missingReasons } from '../facts/missing.ts'
import { constantProblem } from './check-operands.ts'
import { type ConditionsContext, typeOfVariable } from './variable-type.ts'

/**
 * Why a signal cannot have this value. `undefined`: it can. Signals of the registry and declared velocity features are known; tracked data
 * is not a signal here. `{ missing: <reason> }` is a possible value of every signal.
 */
export function signalValueProblem(name: string, value: unknown, context: ConditionsContext): string | undefined {
  const type = typeOfVariable(name, context)
  if (typeof type === 'string') return type
  if (/^(custom|user\.custom|lists)\./.test(name)) return `\`${name}\` is no signal, but data`
  if (isMissing(value)) return isMissingReason(value.missing) ? undefined : `a reason is one of ${missingReasons.join(', ')}`
  const isRight =
    type.kind === 'text'
      ? typeof value === 'string'
      : type.kind === 'array'
        ? Array.isArray(value) && value.every((element) => typeof element === 'string')
        : typeof value === type.kind
  if (!isRight) return `\`${name}\` is ${type.kind === 'array' ? 'a list of texts' : `a ${type.kind}`}`
  for (const each of [value].flat()) {
    const problem = typeof each === 'string' || typeof each === 'number' ? constantProblem(type, each) : undefined
    if (problem !== undefined) return `\`${name}\`: ${problem}`
  }
  return undefined
}
