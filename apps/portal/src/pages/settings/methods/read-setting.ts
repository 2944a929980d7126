import { type SettingWords, settingWords } from './setting-words.ts'

/** A JSON Schema, as far as settings of methods use it. */
interface Schema {
  type?: string | readonly string[]
  anyOf?: readonly Schema[]
  enum?: readonly string[]
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  minimum?: number
  maximum?: number
  description?: string
  writeOnly?: boolean
}

/** One member of the configuration of a method, as a form draws it. */
export type Setting = { name: string; label: string; hint: string | undefined } & (
  | { kind: 'flag'; usual: boolean }
  | { kind: 'choice'; options: readonly { value: string; label: string }[] }
  | { kind: 'number'; minimum: number | undefined; maximum: number | undefined }
  | { kind: 'text' | 'long text' | 'secret' | 'country' | 'countries' | 'texts' }
  | { kind: 'group'; members: readonly Setting[] }
)

/**
 * A member by its schema, with its words where there are some. A member that nobody has put into words is drawn too, by its description, so that a new method needs
 * no change here. `undefined`: it is of a kind that no form draws.
 */
export function readSetting(name: string, given: unknown): Setting | undefined {
  const schema = given as Schema
  const inner = withoutNull(schema)
  const words: SettingWords = Object.hasOwn(settingWords, name) ? (settingWords[name] ?? {}) : {}
  const type = typeof inner.type === 'string' ? inner.type : inner.type?.find((one) => one !== 'null')
  const shown = { name, label: words.label ?? asLabel(name), hint: words.hint ?? (words.label === undefined ? plain(schema) : undefined) }
  if (words.kind !== undefined) return { ...shown, kind: words.kind }
  if (inner.enum !== undefined) return { ...shown, kind: 'choice', options: optionsOf(inner.enum, words) }
  if (type === 'boolean') return { ...shown, kind: 'flag', usual: words.usual ?? false }
  if (type === 'integer' || type === 'number') return { ...shown, kind: 'number', minimum: inner.minimum, maximum: inner.maximum }
  if (type === 'string') return { ...shown, kind: inner.writeOnly || /password|secret|token/i.test(name) ? 'secret' : 'text' }
  if (type === 'array' && withoutNull(inner.items ?? {}).type === 'string') return { ...shown, kind: 'texts' }
  if (inner.properties !== undefined) {
    const members = Object.entries(inner.properties).flatMap(([member, one]) => readSetting(member, one) ?? [])
    return { ...shown, kind: 'group', members }
  }
  return undefined
}

/** What a form draws of the members of a configuration: limits have a form of their own. */
export function readSettings(settings: Readonly<Record<string, unknown>>): Setting[] {
  return Object.entries(settings)
    .filter(([name]) => !/RateLimitConfigurations?$|^rateLimitConfiguration$/.test(name))
    .flatMap(([name, schema]) => readSetting(name, schema) ?? [])
    .sort((a, b) => orderOf(a) - orderOf(b))
}

const order = Object.keys(settingWords)

/** As the words stand; what has none comes after them, and flags come last. */
function orderOf({ name, kind }: Setting): number {
  const at = order.indexOf(name)
  return (kind === 'flag' ? 1000 : 0) + (at === -1 ? 500 : at)
}

function withoutNull(schema: Schema): Schema {
  const other = schema.anyOf?.find(({ type }) => type !== 'null')
  return other === undefined ? schema : { ...other, description: schema.description ?? other.description ?? '' }
}

function optionsOf(values: readonly string[], { options = {}, none = 'As usual' }: SettingWords) {
  const known = values.filter((value) => options[value] !== null)
  return [{ value: '', label: none }, ...known.map((value) => ({ value, label: options[value] ?? capital(value) }))]
}

/** `credentialLifetimeInMinutes` as `Credential lifetime in minutes`. */
function asLabel(name: string): string {
  return capital(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function plain({ description }: Schema): string | undefined {
  return description === undefined || description === '' ? undefined : description.replaceAll('`', '')
}
