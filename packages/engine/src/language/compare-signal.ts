import type { JsonValue } from '../facts/json-value.ts'
import { type Comparison, compareValues } from './compare-values.ts'
import type { Compiler, Test } from './compiler.ts'
import { operationOf, variableOf } from './condition.ts'
import { isPlainKey, resolveVariable } from './read-variable.ts'
import { FAILS, fromKnown, HOLDS, unavailable } from './truth.ts'

/**
 * Compiles the comparison that nearly every rule consists of, a signal or a tracked value against a constant of its own type, to a closure that
 * reads and compares and does nothing else. `undefined`: another shape, which takes the general way. A value of any other type takes the general way
 * too, when it turns up.
 */
export function compareSignal(comparison: Comparison, left: JsonValue, right: JsonValue, compiler: Compiler): Test | undefined {
  if (compiler.reads !== 'signals' || typeof right === 'object' || operationOf(left)?.args.length !== 1) return undefined
  const name = variableOf(left)
  if (name === undefined) return undefined
  const variable = resolveVariable(name)
  if (variable.kind === 'signal') return signalAgainst(comparison, variable.position, right)
  if (variable.kind === 'custom' && isPlainKey(variable.path)) return customAgainst(comparison, variable.path, right)
  if (variable.kind === 'feature' && isPlainKey(variable.name) && typeof right === 'number' && !Number.isNaN(right)) {
    return featureAgainst(comparison, variable.name, right)
  }
  return undefined
}

/** A feature that nobody counted is unavailable. */
function featureAgainst(comparison: Comparison, name: string, constant: number): Test {
  const other = (value: unknown) => compareValues(comparison, value === undefined ? unavailable : fromKnown(value), constant)
  switch (comparison) {
    case '>':
      return ({ features }) => {
        const value = features[name]
        return typeof value === 'number' ? (value > constant ? HOLDS : value <= constant ? FAILS : other(value)) : other(value)
      }
    case '>=':
      return ({ features }) => {
        const value = features[name]
        return typeof value === 'number' ? (value >= constant ? HOLDS : value < constant ? FAILS : other(value)) : other(value)
      }
  }
  return ({ features }) => other(features[name])
}

function signalAgainst(comparison: Comparison, position: number, constant: boolean | number | string): Test {
  const other = (value: unknown) => compareValues(comparison, fromKnown(value), constant)
  if (typeof constant === 'boolean') {
    switch (comparison) {
      case '==':
      case '===':
        return constant
          ? ({ values }) => (values[position] === true ? HOLDS : values[position] === false ? FAILS : other(values[position]))
          : ({ values }) => (values[position] === false ? HOLDS : values[position] === true ? FAILS : other(values[position]))
      case '!=':
      case '!==':
        return constant
          ? ({ values }) => (values[position] === false ? HOLDS : values[position] === true ? FAILS : other(values[position]))
          : ({ values }) => (values[position] === true ? HOLDS : values[position] === false ? FAILS : other(values[position]))
    }
  }
  if (typeof constant === 'string') {
    switch (comparison) {
      case '==':
      case '===':
        return ({ values }) => {
          const value = values[position]
          return typeof value === 'string' ? (value === constant ? HOLDS : FAILS) : other(value)
        }
      case '!=':
      case '!==':
        return ({ values }) => {
          const value = values[position]
          return typeof value === 'string' ? (value === constant ? FAILS : HOLDS) : other(value)
        }
    }
  }
  if (typeof constant === 'number' && !Number.isNaN(constant)) {
    switch (comparison) {
      case '==':
      case '===':
        return ({ values }) => {
          const value = values[position]
          return typeof value === 'number' ? (value === constant ? HOLDS : FAILS) : other(value)
        }
      case '>':
        return ({ values }) => {
          const value = values[position]
          return typeof value === 'number' ? (value > constant ? HOLDS : value <= constant ? FAILS : other(value)) : other(value)
        }
      case '>=':
        return ({ values }) => {
          const value = values[position]
          return typeof value === 'number' ? (value >= constant ? HOLDS : value < constant ? FAILS : other(value)) : other(value)
        }
      case '<':
        return ({ values }) => {
          const value = values[position]
          return typeof value === 'number' ? (value < constant ? HOLDS : value >= constant ? FAILS : other(value)) : other(value)
        }
      case '<=':
        return ({ values }) => {
          const value = values[position]
          return typeof value === 'number' ? (value <= constant ? HOLDS : value > constant ? FAILS : other(value)) : other(value)
        }
    }
  }
  return ({ values }) => other(values[position])
}

function customAgainst(comparison: Comparison, key: string, constant: boolean | number | string): Test {
  const other = (value: unknown) => compareValues(comparison, value, constant)
  if (typeof constant === 'number' && !Number.isNaN(constant)) {
    switch (comparison) {
      case '>':
        return ({ custom }) => {
          const value = custom[key]
          return typeof value === 'number' ? (value > constant ? HOLDS : value <= constant ? FAILS : other(value)) : other(value)
        }
      case '>=':
        return ({ custom }) => {
          const value = custom[key]
          return typeof value === 'number' ? (value >= constant ? HOLDS : value < constant ? FAILS : other(value)) : other(value)
        }
      case '<':
        return ({ custom }) => {
          const value = custom[key]
          return typeof value === 'number' ? (value < constant ? HOLDS : value >= constant ? FAILS : other(value)) : other(value)
        }
      case '<=':
        return ({ custom }) => {
          const value = custom[key]
          return typeof value === 'number' ? (value <= constant ? HOLDS : value > constant ? FAILS : other(value)) : other(value)
        }
    }
  }
  if (comparison === '==' || comparison === '===') {
    const type = typeof constant
    return ({ custom }) => {
      const value = custom[key]
      return typeof value === type ? (value === constant ? HOLDS : FAILS) : other(value)
    }
  }
  return ({ custom }) => other(custom[key])
}
