import { addition, division, largest, multiplication, remainder, smallest, subtraction } from './arithmetic.ts'
import { ascending, between, comparison, truthiness } from './comparisons.ts'
import type { Operator } from './compiler.ts'
import { distanceWithin } from './distance.ts'
import { filter, map, merge, quantifier, reduce } from './iteration.ts'
import { choice, conjunction, disjunction } from './logic.ts'
import { membership, networkMembership } from './membership.ts'
import { isMissing, missing, missingSome } from './missing-operators.ts'
import type { OperatorName } from './operator-name.ts'
import { variable } from './read-variable.ts'
import { concatenation, pattern, prefix, substring, suffix } from './text.ts'

/** What each operator does: how a use of it is compiled. */
export const operators: Readonly<Record<OperatorName, Operator>> = {
  var: variable,
  and: conjunction,
  or: disjunction,
  if: choice,
  '?:': choice,
  '==': comparison('=='),
  '===': comparison('==='),
  '!=': comparison('!='),
  '!==': comparison('!=='),
  '<': ascending('<'),
  '<=': ascending('<='),
  '>': comparison('>'),
  '>=': comparison('>='),
  '!': truthiness(true),
  '!!': truthiness(false),
  between,
  '+': addition,
  '*': multiplication,
  '-': subtraction,
  '/': division,
  '%': remainder,
  max: largest,
  min: smallest,
  in: membership,
  inCidr: networkMembership,
  cat: concatenation,
  substr: substring,
  startsWith: prefix,
  endsWith: suffix,
  matches: pattern,
  map,
  filter,
  reduce,
  all: quantifier('all'),
  some: quantifier('some'),
  none: quantifier('none'),
  merge,
  isMissing,
  missing,
  missing_some: missingSome,
  distanceWithinKm: distanceWithin,
}
