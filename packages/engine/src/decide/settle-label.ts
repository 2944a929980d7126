import type { State } from '../facts/outcome.ts'
import { readAddressRecord } from '../learning/address-record.ts'
import { addFraud, fraudLabelledAt, takeBackFraud } from '../learning/fraud-labels.ts'
import type { Proof } from '../learning/proof.ts'
import { sightingOf } from '../learning/sighting.ts'
import { decodeSignals } from '../signals/encoding.ts'
import type { Changes } from '../stored/changes.ts'
import type { GivenLabel, Instance, InstanceActor } from '../stored/instance.ts'
import type { Snapshot } from '../stored/snapshot.ts'

/** A person knows best; a chargeback is an outcome; how a challenge or a review ended is only a sign. */
const weights: Readonly<Record<GivenLabel['source'], number>> = { person: 3, chargeback: 2, challenge: 1 }

/** True when a label says something new of an instance, and comes from the same source as what is known or a stronger one. */
export function isNews(label: Pick<GivenLabel, 'value' | 'source' | 'reason'>, known: GivenLabel | undefined): boolean {
  if (known === undefined) return true
  const isSame = label.value === known.value && label.source === known.source && label.reason === known.reason
  return !isSame && weights[label.source] >= weights[known.source]
}

/**
 * The instance with another label, and the address that answers for a fraud as long as the label stands. `null`: the label is known, or
 * something stronger is.
 */
export function labelled(instance: Instance, snapshot: Snapshot, label: GivenLabel | null, at: number): Changes | null {
  const { label: known, ...rest } = instance
  if (label === null ? known === undefined : !isNews(label, known)) return null
  const after: Instance = { ...rest, updatedAt: at, ...(label !== null && { label }) }
  return { instance: after, entities: entitiesAfterLabel(instance, after, snapshot) }
}

function entitiesAfterLabel(before: Instance, after: Instance, snapshot: Snapshot): Changes['entities'] {
  const [was, is] = [fraudLabelledAt(before), fraudLabelledAt(after)]
  if (was === is) return {}
  const { address, userHash } = sightingOf(decodeSignals(before), before.tracked.userAgent)
  if (address === null) return {}
  const known = readAddressRecord(snapshot.entities.address)
  const left = was === undefined ? known : takeBackFraud(known, was, userHash)
  return { address: is === undefined ? left : addFraud(left, is, userHash) }
}

/**
 * What the end of an instance says of it. Only a phishing-resistant challenge says that it was the user: a code can be talked out of somebody. A failed
 * challenge says nothing, because people mistype. A review says what it decided.
 */
export function impliedLabel(state: State, proof: Proof, at: number, actor: InstanceActor | undefined): GivenLabel | undefined {
  if (state === 'CHALLENGE_SUCCEEDED' && proof === 'phishing_resistant')
    return { value: 'good', at, source: 'challenge', actor: { kind: 'user' } }
  if (actor === undefined) return undefined
  if (state === 'REVIEW_SUCCEEDED') return { value: 'good', at, source: 'challenge', actor }
  if (state === 'REVIEW_FAILED') return { value: 'fraud', at, source: 'challenge', actor }
  return undefined
}

/** The instance with the label that its end implies, which goes with the state that implied it. */
export function withImplied(instance: Instance, implied: GivenLabel | undefined): Instance {
  const { label: known, ...rest } = instance
  if (known !== undefined && known.source !== 'challenge') return instance
  if (implied !== undefined) return { ...rest, label: implied }
  return known === undefined ? instance : rest
}
