import type { JsonValue } from '../facts/json-value.ts'
import { operationOf } from '../language/condition.ts'
import { isOperatorName } from '../language/operator-name.ts'
import { joinWords } from './join-words.ts'
import { operatorPhrases } from './operator-phrases.ts'
import type { Phrasing, Show } from './phrasing.ts'
import { showPlain } from './vocabulary.ts'

/** An expression as a noun phrase. */
export function phraseValue(logic: JsonValue, phrasing: Phrasing, show: Show = showPlain): string {
  const operation = operationOf(logic)
  if (operation === undefined) {
    if (!Array.isArray(logic)) return show(logic)
    const elements = logic.map((each) => phraseValue(each, phrasing, show))
    return joinWords(elements, 'and')
  }
  const { operator, args } = operation
  if (!isOperatorName(operator)) return `\`${JSON.stringify(logic)}\``
  const phrase = operatorPhrases[operator].value
  return phrase === undefined ? `whether ${phrasing.clause(logic, true, phrasing)}` : phrase(args, phrasing, show, logic)
}

/** True for an operation that can only be put into words as a clause. */
export function isClause(logic: JsonValue): boolean {
  const operator = operationOf(logic)?.operator
  return operator !== undefined && isOperatorName(operator) && operatorPhrases[operator].value === undefined
}
