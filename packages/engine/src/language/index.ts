export { maxConditionBytes, maxConditionDepth, maxConditionLeaves } from './condition-limits.ts'
export type { OperatorName } from './operator-name.ts'
export { isOperatorName, operatorNames } from './operator-name.ts'
export { variablesOf } from './variables-of.ts'
