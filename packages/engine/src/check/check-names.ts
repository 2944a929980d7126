import type { JsonValue } from '../facts/json-value.ts'
import { maySuggest, type Place, report } from './check-operands.ts'
import { pathTo } from './condition-finding.ts'
import type { OperatorCall } from './operator-call.ts'
import { anyType, typeOfVariable } from './variable-type.ts'

/** Checks the names that `missing` and `missing_some` are given. */
export function checkNames(call: OperatorCall, args: readonly JsonValue[], places: readonly Place[]): void {
  const { check } = call
  args.forEach((arg, i) => {
    const at = places[i] ?? { path: '$' }
    if (Array.isArray(arg)) {
      checkNames(
        call,
        arg,
        arg.map((_, j) => ({ ...at, path: pathTo(at.path, j) })),
      )
    } else if (typeof arg === 'string') {
      const type = at.element === undefined ? typeOfVariable(arg, check.context, maySuggest(check)) : anyType
      if (typeof type === 'string') report(check, 'error', at.path, type)
    } else call.typeOf(arg, at)
  })
}
