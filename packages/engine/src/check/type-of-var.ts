import { expect, maySuggest, report } from './check-operands.ts'
import { type OperatorCall, placeOf } from './operator-call.ts'
import { anyType, typeOfLiteral, typeOfVariable, type ValueType } from './variable-type.ts'

/** The type of what a `var` reads. Inside an iteration it reads the element. */
export function typeOfVar(call: OperatorCall): ValueType {
  const { check, args, at } = call
  const [name, fallback] = args
  const place = placeOf(call, 0)
  if (fallback !== undefined) call.typeOf(fallback, placeOf(call, 1))
  if (typeof name !== 'string' && typeof name !== 'number' && !(at.element !== undefined && name === null)) {
    report(check, 'error', place.path, 'a signal is named by a text')
    return anyType
  }
  if (at.element !== undefined && !String(name ?? '').startsWith('lists.')) return name === '' || name === null ? at.element : anyType
  const type = typeOfVariable(String(name), check.context, maySuggest(check))
  if (typeof type === 'string') {
    report(check, 'error', place.path, type)
    return anyType
  }
  if (type.kind === 'list') {
    report(check, 'error', place.path, 'a list can only be searched, with `in` or `inCidr`')
    return anyType
  }
  if (fallback !== undefined && fallback !== null) {
    expect(check, [type.kind], typeOfLiteral(fallback), fallback, placeOf(call, 1), 'the default is of another type than the signal')
  }
  return typeof fallback === 'string' || typeof fallback === 'number' ? { ...type, fallback } : type
}
