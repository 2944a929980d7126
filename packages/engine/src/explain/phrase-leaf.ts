import type { JsonValue } from '../facts/json-value.ts'
import { operationOf } from '../language/condition.ts'
import { isOperatorName } from '../language/operator-name.ts'
import { operatorPhrases } from './operator-phrases.ts'
import { namedBy, type Phrasing } from './phrasing.ts'
import { nounOf } from './vocabulary.ts'

/** A condition without `and`, `or` or `not` as a clause that says when it holds, or when it does not. */
export function phraseLeaf(logic: JsonValue, wanted: boolean, phrasing: Phrasing): string {
  const operation = operationOf(logic)
  const phrase = operation !== undefined && isOperatorName(operation.operator) ? operatorPhrases[operation.operator].clause : undefined
  return operation === undefined || phrase === undefined ? phraseTruth(logic, wanted, phrasing) : phrase(operation.args, wanted, phrasing)
}

/** A value in the place of a condition: whether it counts as true. */
function phraseTruth(logic: JsonValue, wanted: boolean, phrasing: Phrasing): string {
  const name = namedBy(logic, phrasing)
  const noun = name === undefined ? undefined : nounOf(name, phrasing.options)
  if (noun?.negatedLabel !== undefined && operationOf(logic)?.args.length === 1) return wanted ? noun.label : noun.negatedLabel
  const phrase = phrasing.value(logic, phrasing)
  if (noun?.kind === 'number') return `${phrase} ${wanted ? 'is not zero' : 'is zero'}`
  if (noun?.kind === 'text' || noun?.kind === 'array') return `${phrase} ${noun.isPlural ? 'are' : 'is'} ${wanted ? 'not empty' : 'empty'}`
  return `${phrase} ${wanted ? 'is true, or neither zero nor empty' : 'is false, zero or empty'}`
}
