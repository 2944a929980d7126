import type { JsonValue } from '../facts/json-value.ts'
import { operationOf } from '../language/condition.ts'
import { isOperatorName } from '../language/operator-name.ts'
import { describeArity, signatures } from '../language/operator-signatures.ts'
import { type Check, type Place, report } from './check-operands.ts'
import { type ConditionFinding, pathTo } from './condition-finding.ts'
import { operatorTypes } from './operator-types.ts'
import { anyType, type ConditionsContext, typeOfLiteral, type ValueType } from './variable-type.ts'

/** Checks that every operator and variable exists and that operators are given what they can work on. */
export function checkTypes(conditions: JsonValue, context: ConditionsContext): ConditionFinding[] {
  const check: Check = { context, findings: [] }
  typeOf(check, conditions, { path: '$' })
  return check.findings
}

function typeOf(check: Check, logic: JsonValue, at: Place): ValueType {
  const operation = operationOf(logic)
  if (operation === undefined) return typeOfConstant(check, logic, at)
  const { operator, args } = operation
  if (!isOperatorName(operator)) {
    report(check, 'error', at.path, `unknown operator \`${operator.slice(0, 64)}\``)
    return anyType
  }
  const signature = signatures[operator]
  const path = pathTo(at.path, operator)
  if (args.length < signature.min || args.length > signature.max) {
    report(check, 'error', path, `\`${operator}\` takes ${describeArity(signature)}, not ${args.length}`)
    return anyType
  }
  // A single argument may stand without its array.
  const isBare = typeof logic === 'object' && logic !== null && !Array.isArray(Object.values(logic)[0])
  return operatorTypes[operator]({
    check,
    operator,
    args,
    places: args.map((_, i): Place => ({ path: isBare ? path : pathTo(path, i), element: at.element })),
    at: { path, element: at.element },
    typeOf: (inner, place) => typeOf(check, inner, place),
  })
}

function typeOfConstant(check: Check, literal: JsonValue, at: Place): ValueType {
  if (Array.isArray(literal)) {
    literal.forEach((element, i) => {
      if (typeof element === 'object') typeOf(check, element, { ...at, path: pathTo(at.path, i) })
    })
  } else if (typeof literal === 'object' && literal !== null) {
    const keys = Object.keys(literal)
    report(
      check,
      'error',
      at.path,
      keys.length === 0
        ? 'an empty object stands where an operator should'
        : `an operation has one operator, here are ${keys.length}: ${keys
            .slice(0, 3)
            .map((key) => `\`${key.slice(0, 32)}\``)
            .join(', ')}`,
    )
  }
  return typeOfLiteral(literal)
}
