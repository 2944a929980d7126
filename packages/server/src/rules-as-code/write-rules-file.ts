import { Document, isMap, isScalar, isSeq, visit, type YAMLMap, type YAMLSeq } from 'yaml'
import type { FileAction, FileDataPoint, FileFeature, FileList, RulesFile } from './rules-file.ts'

export type RulesFormat = 'yaml' | 'json'

/** The parts of a file in the order in which they are written. */
export interface FileContent {
  action?: FileAction
  dataPoints?: readonly FileDataPoint[]
  lists?: readonly FileList[]
  features?: readonly FileFeature[]
}

/** The text of a file of rules. The same content gives the same text, and defaults are left out. */
export function writeRulesFile(content: FileContent, format: RulesFormat): string {
  const data = toFile(content)
  if (format === 'json') return `${JSON.stringify(data, null, 2)}\n`
  const document = new Document(data, { aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_key, node) => {
      node.flow = isShort(node)
    },
    Map: (_key, node) => {
      node.flow = node.items.length === 0 || isReference(node) || isShortLeaf(node)
    },
  })
  if (isMap(document.contents)) for (const pair of document.contents.items.slice(1)) setApart(pair)
  return document.toString({ lineWidth: 120, singleQuote: true, flowCollectionPadding: true })
}

function toFile({ action, dataPoints = [], lists = [], features = [] }: FileContent): RulesFile {
  const shared = {
    ...(dataPoints.length === 0 ? {} : { dataPoints: dataPoints.map(toFileDataPoint) }),
    ...(lists.length === 0 ? {} : { lists: lists.map(toFileList) }),
    ...(features.length === 0 ? {} : { features: [...features] }),
  } as Pick<RulesFile, 'dataPoints' | 'lists' | 'features'>
  if (action === undefined) return shared
  const { policy, settings = {}, tests = [] } = action
  return {
    action: action.actionCode,
    defaultOutcome: policy.defaultUserActionResult,
    ...(policy.whenUnenrolled === undefined || policy.whenUnenrolled === 'ENROLL' ? {} : { whenUnenrolled: policy.whenUnenrolled }),
    ...(policy.verificationMethods?.length ? { verificationMethods: policy.verificationMethods } : {}),
    ...(policy.requires?.length ? { requires: policy.requires } : {}),
    ...(policy.whenMissing === undefined || policy.whenMissing === 'REFUSE' ? {} : { whenMissing: policy.whenMissing }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    rules: toFileRules(action),
    ...(tests.length === 0 ? {} : { tests }),
    ...shared,
  }
}

/** The rules in order of priority. A name identifies a rule; its id is written only where two rules have the same name. */
function toFileRules({ policy }: FileAction): NonNullable<RulesFile['rules']> {
  const names = policy.rules.map(({ name }) => name)
  return [...policy.rules]
    .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0))
    .map(({ type: outcome, mode, ruleId, ...rule }) => {
      const isUnique = names.filter((name) => name === rule.name).length === 1
      const fields = { ...rule, outcome, ...(mode === 'active' ? {} : { mode }), ...(isUnique ? {} : { ruleId }) }
      const written = ruleOrder.flatMap((field) => (fields[field] == null ? [] : [[field, fields[field]]]))
      return Object.fromEntries(written)
    })
}

/** First what the rule is and when it applies, last the fields that are rare. */
const ruleOrder = [
  'name',
  'ruleId',
  'description',
  'outcome',
  'priority',
  'mode',
  'conditions',
  'whenUndetermined',
  'whenUnenrolled',
  'challenge',
  'verificationMethods',
  'defaultVerificationMethod',
  'rolloutPercent',
  'expiresAt',
  'snoozes',
  'tags',
  'note',
] as const satisfies readonly (keyof NonNullable<RulesFile['rules']>[number])[]

function toFileDataPoint({ isPublic, ...dataPoint }: FileDataPoint) {
  return { ...dataPoint, ...(isPublic ? { isPublic } : {}) }
}

function toFileList({ isActive, ...list }: FileList) {
  return { ...list, ...(isActive ? {} : { isActive }) }
}

/** An array of plain values and references stays on its line, and breaks only where the line is full. */
function isShort(node: YAMLSeq): boolean {
  return node.items.every((item) => isScalar(item) || (isMap(item) && isReference(item)))
}

/** `{ var: custom.amount }`. */
function isReference(node: YAMLMap): boolean {
  const [pair] = node.items
  return node.items.length === 1 && isScalar(pair?.key) && pair.key.value === 'var' && (isScalar(pair.value) || isShortSeq(pair.value))
}

/** A few plain values under plain names, such as what a test tracks. */
function isShortLeaf(node: YAMLMap): boolean {
  return node.items.length <= 2 && node.items.every(({ key, value }) => isScalar(key) && isPlainName(key.value) && isScalar(value))
}

function isShortSeq(value: unknown): boolean {
  return isSeq(value) && isShort(value)
}

function isPlainName(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z][\w.]*$/.test(value)
}

function setApart(pair: { key: unknown; value: unknown }): void {
  if (isScalar(pair.key) && isSeq(pair.value) && !pair.value.flow) pair.key.spaceBefore = true
}
