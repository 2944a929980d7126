import type { JsonValue } from '../facts/json-value.ts'
import { type Budget, type Compiler, type Operator, stepsPerRule, type Test, type Value } from './compiler.ts'
import { alwaysMatches, operationOf } from './condition.ts'
import { certainArray } from './iteration.ts'
import { isOperatorName } from './operator-name.ts'
import { operators } from './operators.ts'
import { asValue, HOLDS, notProvided, truthOf } from './truth.ts'

/** Deeper conditions are refused when a rule is saved. One that was stored anyway does not compile. */
const maxDepth = 64

/**
 * Compiles conditions to a test. Rules are data: only the operators of the language exist, and text never becomes code.
 *
 * Throws on an unknown operator, a malformed pattern, and conditions that nest too deep.
 */
export function compileCondition(conditions: JsonValue | undefined, lists: Compiler['lists'], reads: Compiler['reads'] = 'signals'): Test {
  if (alwaysMatches(conditions)) return () => HOLDS
  return compileWith(lists, reads, (compiler) => compiler.test(conditions ?? null))
}

/** Compiles an expression to its value rather than its truth. */
export function compileExpression(logic: JsonValue, lists: Compiler['lists'], reads: Compiler['reads'] = 'signals'): Value {
  return compileWith(lists, reads, (compiler) => compiler.value(logic))
}

function compileWith<Compiled extends (signals: Parameters<Value>[0], data: unknown) => unknown>(
  lists: Compiler['lists'],
  reads: Compiler['reads'],
  compile: (compiler: Compiler) => Compiled,
): Compiled {
  const budget: Budget = { left: stepsPerRule, drawn: false }
  const compiled = compile(createCompiler(lists, reads, budget))
  if (!budget.drawn) return compiled
  const metered = (signals: Parameters<Value>[0], data: unknown) => {
    budget.left = stepsPerRule
    return compiled(signals, data)
  }
  return metered as Compiled
}

function createCompiler(lists: Compiler['lists'], reads: Compiler['reads'], budget: Budget, depth = { now: 0 }): Compiler {
  const nested = <Compiled>(compile: () => Compiled): Compiled => {
    if (++depth.now > maxDepth) throw new RangeError('the conditions nest too deep')
    const compiled = compile()
    depth.now--
    return compiled
  }
  const compiler: Compiler = {
    lists,
    reads,
    budget,
    value: (logic) => nested(() => compileValue(logic, compiler)),
    test: (logic) => nested(() => compileTest(logic, compiler)),
    inside: () => (reads === 'data' ? compiler : createCompiler(lists, 'data', budget, depth)),
  }
  return compiler
}

function compileValue(logic: JsonValue, compiler: Compiler): Value {
  const operation = operationOf(logic)
  if (operation === undefined) return compileLiteral(logic, compiler)
  const operator = getOperator(operation.operator)
  if (operator.value !== undefined) return operator.value(operation.args, compiler)
  const test = operator.test(operation.args, compiler)
  return (signals, data) => asValue(test(signals, data))
}

function compileTest(logic: JsonValue, compiler: Compiler): Test {
  const operation = operationOf(logic)
  if (operation !== undefined) {
    const operator = getOperator(operation.operator)
    if (operator.test !== undefined) return operator.test(operation.args, compiler)
  }
  const value = compileValue(logic, compiler)
  return (signals, data) => truthOf(value(signals, data))
}

function compileLiteral(logic: JsonValue, compiler: Compiler): Value {
  if (logic === null) return () => notProvided
  if (!Array.isArray(logic) || logic.every((element) => typeof element !== 'object')) return () => logic
  const elements = logic.map((element) => compiler.value(element))
  return (signals, data) => certainArray(elements.map((element) => element(signals, data)))
}

function getOperator(name: string): Operator {
  if (!isOperatorName(name)) throw new TypeError(`unknown operator \`${name.slice(0, 64)}\``)
  return operators[name]
}
