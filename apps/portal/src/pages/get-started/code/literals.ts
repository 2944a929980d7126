import type { CodeFor } from './code-for.ts'

type Custom = CodeFor['custom']
type Value = Custom[string]

/** A text as JavaScript, JSON, Python and Go all write it. */
export function text(value: string): string {
  return JSON.stringify(value)
}

export function jsText(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

export function jsObject(custom: Custom): string {
  return object(custom, (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : jsText(name)), jsValue)
}

function jsValue(value: Value): string {
  if (typeof value === 'string') return jsText(value)
  return typeof value === 'object' ? `[${value.map(jsText).join(', ')}]` : String(value)
}

export function pythonObject(custom: Custom): string {
  return object(custom, text, (value) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value)))
}

export function goMap(custom: Custom): string {
  const entries = Object.entries(custom).map(([name, value]) => `${text(name)}: ${goValue(value)}`)
  return `map[string]any{${entries.join(', ')}}`
}

function goValue(value: Value): string {
  return typeof value === 'object' ? `[]string{${value.map(text).join(', ')}}` : JSON.stringify(value)
}

function object(custom: Custom, key: (name: string) => string, show: (value: Value) => string): string {
  const entries = Object.entries(custom).map(([name, value]) => `${key(name)}: ${show(value)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}
