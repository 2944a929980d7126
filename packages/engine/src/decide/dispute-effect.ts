import { reputationOf } from '../learning/address-record.ts'
import { findAddress, isTrusted } from '../learning/address-trust.ts'
import { findDevice, isTrustedDevice } from '../learning/device-trust.ts'
import type { Memory } from '../learning/memory.ts'
import type { Sighting } from '../learning/sighting.ts'
import { slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import type { DisputeEffect, Instance, Shift } from '../stored/instance.ts'

/** What a dispute changed of what is remembered of the address, the network and the device of an instance. */
export function disputeEffect(
  learnt: Instance['learnt'],
  before: Memory,
  after: Memory,
  { values }: Pick<Signals, 'values'>,
  sighting: Sighting,
  at: number,
): DisputeEffect {
  const effect: DisputeEffect = { learnt }
  const { address, network, believedDevice, saysWho, browser, os } = sighting
  const minute = Math.floor(at / 60_000)
  const shift = <Value>(read: (memory: Memory) => Value): Shift<Value> => ({ before: read(before), after: read(after) })

  if (address !== null) {
    effect.address = {
      address,
      isTrusted: shift(({ user }) => saysWho && isTrusted(findAddress(user.trust, address, minute), minute)),
      timesSeen: shift(({ user }) => findAddress(user.trust, address, minute)?.[3] ?? 0),
      reputation: shift((memory) => (memory.address === null ? 0 : reputationOf(memory.address, at))),
    }
  }
  if (network !== null) {
    effect.network = { network, timesSeen: shift(({ user }) => user.networks.find(([key]) => key === network)?.[2] ?? 0) }
  }
  const deviceId = values[slot['device.id']]
  if (believedDevice !== null && typeof deviceId === 'string') {
    effect.device = {
      deviceId,
      isTrusted: shift(({ user }) => isTrustedDevice(findDevice(user.devices, believedDevice, minute), minute, browser, os)),
      timesSeen: shift(({ user }) => findDevice(user.devices, believedDevice, minute)?.[3] ?? 0),
    }
  }
  return effect
}
