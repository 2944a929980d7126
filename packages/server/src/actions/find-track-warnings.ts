import {
  didYouMean,
  type Instance,
  isSignedDeviceId,
  missingInputs,
  type PolicyDefinition,
  requiredDataPoint,
  type SentInputs,
  signalReadsOf,
  signalRegistry,
} from '@sallyport/engine'
import type { ConfiguredAction, DataPoint, Tenant } from '../configuration/tenant.ts'
import type { ProofVerdict } from '../device-proofs/device-proof.ts'
import { ApiError } from '../errors/api-error.ts'
import type { CustomData } from '../tracked/type-custom-data.ts'
import { findUnknownMembers, mostOfKind, shown } from '../warnings/find-unknown-members.ts'
import type { Warning } from '../warnings/warning.ts'

/** Data points among which a suggestion is looked for. */
const mostCandidates = 200

const none: readonly Warning[] = Object.freeze([])

/** What looks like a typing error in the request: attributes and data points that do not exist. `known`: the attributes that do. */
export function findMisspelt(
  tenant: Pick<Tenant, 'dataPoints'>,
  attributes: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  custom: CustomData,
): readonly Warning[] {
  let found = findUnknownMembers(attributes, known, 'a track')
  let undeclared = 0
  for (const name in custom) {
    if (tenant.dataPoints.get(name)?.modelType === 'action') continue
    if (++undeclared > mostOfKind) break
    const message = `\`custom.${shown(name)}\` is not declared as a data point of actions, so no rule reads it${suggestDataPoint(tenant, name, custom)}`
    found = [...found, { code: 'undeclared_data_point', subject: shown(name), message }]
  }
  return found
}

/** For a strict tenant: refuses an action that nobody has configured. */
export function refuseUnknownAction(tenant: Pick<Tenant, 'actions'>, actionCode: string): void {
  if (tenant.actions.get(actionCode)?.isConfigured) return
  const configured = [...tenant.actions.values()].filter(({ isConfigured }) => isConfigured).map((action) => action.actionCode)
  const hint = didYouMean(actionCode, configured.slice(0, mostCandidates))
  throw new ApiError('invalid_request', `the tenant is strict, and there is no action \`${actionCode}\`${hint}`)
}

/** What looks wrong about a decision: an action that nobody knew, rules that lacked an input or a data set. */
export function findDoubts(
  tenant: Pick<Tenant, 'actions'>,
  action: ConfiguredAction,
  instance: Instance,
  isFirstUse: boolean,
): readonly Warning[] {
  const { definition } = action
  const { ip, device } = inputsOf(action)
  const { ipAddress, deviceId, userAgent, custom } = instance.tracked
  const doubts: Warning[] = []
  if (isFirstUse) {
    const others = [...tenant.actions.keys()].filter((code) => code !== action.actionCode)
    const hint = didYouMean(action.actionCode, others.slice(0, mostCandidates))
    const message = `the action \`${action.actionCode}\` was seen for the first time: it has no rules, and everything is allowed${hint}`
    doubts.push({ code: 'action_first_seen', subject: action.actionCode, message })
  }
  if (ip && ipAddress === undefined) {
    doubts.push({
      code: 'input_missing',
      subject: 'ipAddress',
      message: 'rules of this action read the address, but `ipAddress` was not sent',
    })
  }
  if (device && deviceId === undefined && userAgent === undefined) {
    const message = 'rules of this action read the device, but neither `deviceId` nor `userAgent` was sent'
    doubts.push({ code: 'input_missing', subject: 'deviceId', message })
  }
  const lacking = missingInputs(definition, { ip: ipAddress, device: deviceId, userAgent, custom: custom ?? {} })
  for (const input of lacking) {
    const message = `\`${input}\` is required for this action and was not sent: the strictest outcome applies`
    doubts.push({ code: 'input_missing', subject: input, message })
  }
  for (const ruleId of lacking.length > 0 ? [] : instance.undeterminedRuleIds) {
    const name = definition.rules.find((rule) => rule.ruleId === ruleId)?.name ?? ruleId
    const message = `the rule *${shown(name)}* could not be determined: an IP data set that it needs is absent, stale or broken`
    doubts.push({ code: 'rule_undetermined', subject: ruleId, message })
  }
  return doubts.length === 0 ? none : doubts
}

const unproven: Readonly<Record<Exclude<ProofVerdict, 'valid'>, string>> = {
  none: '`deviceId` names the key of a device, but `deviceProof` was not sent, so the device is not believed',
  expired: '`deviceProof` has expired, so the device is not believed: get a proof right before the action',
  not_of_device: '`deviceProof` is not of this `deviceId` and tenant, so the device is not believed',
  malformed: '`deviceProof` is not what `getDeviceProof` answered, so the device is not believed',
}

/** A device that did not prove its id: the application forgot something, or somebody copied the id. */
export function findUnproven({ deviceId }: { deviceId: string | null }, verdict: ProofVerdict): readonly Warning[] {
  const isFine = verdict === 'valid' || (verdict === 'none' && (deviceId === null || !isSignedDeviceId(deviceId)))
  return isFine ? none : [{ code: 'device_unproven', subject: 'deviceProof', message: unproven[verdict] }]
}

/** Refuses an event without an input that the action requires, where the action does not fail closed instead. */
export function refuseMissingInputs(definition: PolicyDefinition, sent: SentInputs): void {
  if (definition.requires === undefined || definition.whenMissing === 'FAIL_CLOSED') return
  const missing = missingInputs(definition, sent).map((input) => `\`${sentAs.get(input) ?? `custom.${requiredDataPoint(input)}`}\``)
  if (missing.length === 0) return
  throw new ApiError('invalid_request', `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} required for this action`)
}

const sentAs: ReadonlyMap<string, string> = new Map([
  ['ip', 'ipAddress'],
  ['device', 'deviceId'],
  ['userAgent', 'userAgent'],
])

// An action is replaced as a whole when its policy changes.
const inputs = new WeakMap<ConfiguredAction, { ip: boolean; device: boolean }>()

/** Which inputs the rules of an action read. */
function inputsOf(action: ConfiguredAction): { ip: boolean; device: boolean } {
  let known = inputs.get(action)
  if (known === undefined) {
    const { requires: _, ...definition } = action.definition
    const reads = signalReadsOf([{ ...action.policy, definition }])
    const families = reads.isOpen ? [] : reads.positions.map((position) => signalRegistry[position]?.family)
    known = { ip: families.includes('ip'), device: families.includes('device') }
    inputs.set(action, known)
  }
  return known
}

/** The declared data point that was probably meant: one with a similar name, else the only one that is not there and would take the value. */
function suggestDataPoint({ dataPoints }: Pick<Tenant, 'dataPoints'>, name: string, custom: CustomData): string {
  const absent: DataPoint[] = []
  for (const point of dataPoints.values()) {
    if (point.modelType === 'action' && !Object.hasOwn(custom, point.name)) absent.push(point)
    if (absent.length === mostCandidates) break
  }
  const alike = didYouMean(
    name,
    absent.map((point) => point.name),
  )
  if (alike !== '') return alike
  const fitting = absent.filter(({ dataType }) => takes(dataType, custom[name]))
  return fitting.length === 1 ? `; did you mean \`${fitting[0]?.name}\`?` : ''
}

function takes(dataType: DataPoint['dataType'], value: unknown): boolean {
  if (dataType === 'number') return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
  if (dataType === 'multiselect') return Array.isArray(value)
  return typeof value === (dataType === 'text' ? 'string' : dataType)
}
